import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Operation } from '../catalogue/operation.ts';
import type { Connection } from '../connection.ts';
import { buildRequest, type ManageRequest } from '../request.ts';
import { isSuccess, jsonOf } from '../response.ts';
import { type Ending, type SendingParts, sendOrder, type Timing } from '../sending.ts';
import { createMemory, type Memory } from './memory.ts';
import { unaskable } from './unresolved.ts';

/** A record that a look-up found: its id, and what else was asked for. */
export type Row = z.infer<typeof row>;

/** A read that finds out what a name means. */
export interface LookUp {
  /** The place in the request that it is for. */
  readonly path: string;
  readonly operation: Operation;
  readonly inputs: Readonly<Record<string, string | number>>;
}

/** A look-up that found nothing out. */
export class LookUpFailed extends Error {
  override readonly name = 'LookUpFailed';
  readonly operation: Operation;
  readonly request: ManageRequest;
  /** Absent where it was answered, but not with records. */
  readonly ending: Ending | undefined;

  constructor(operation: Operation, request: ManageRequest, ending?: Ending) {
    super(`${request.method} ${request.path} found nothing out.`);
    this.operation = operation;
    this.request = request;
    this.ending = ending;
  }
}

/** The look-ups of one message: the same one is made once. */
export interface Inquiry {
  /**
   * The records that a look-up finds. An answer that is `sufficient` may be some minutes old.
   * @throws LookUpFailed, or Unresolved where it cannot be asked.
   */
  rows(lookUp: LookUp, sufficient: (rows: readonly Row[]) => boolean): Promise<readonly Row[]>;
}

type Inquiries = (connection: Connection, timing: Timing) => Inquiry;

/** A message may hold a thousand records with names, and each look-up is a call of the connection's share. */
const maxLookUps = 100;
/** How long a renamed record is still found by its old name. */
const maxAgeMs = 5 * 60_000;
/** Most are a few hundred bytes. */
const maxEntries = 5_000;

/** Makes look-ups and remembers what they found, by connection. Messages at the same moment share a call. */
export function createInquiries(parts: SendingParts, catalogue: Catalogue): Inquiries {
  const memory = createMemory<readonly Row[]>({ now: parts.now, maxAgeMs, maxEntries });
  return (connection, timing) => beginInquiry({ parts, catalogue, memory, connection, timing });
}

interface Scene {
  readonly parts: SendingParts;
  readonly catalogue: Catalogue;
  readonly memory: Memory<readonly Row[]>;
  readonly connection: Connection;
  readonly timing: Timing;
}

function beginInquiry(scene: Scene): Inquiry {
  const asked = new Map<string, Promise<readonly Row[]>>();
  const { name, siteUrl, username } = scene.connection;
  return {
    rows: async (lookUp, sufficient) => {
      const request = requestOf(lookUp, scene);
      // What one member may see, another may not.
      const key = JSON.stringify([name, siteUrl, username, request.path, request.query]);
      const before = asked.get(key);
      if (before) return before;
      if (asked.size >= maxLookUps) throw tooMany(lookUp.path);
      const rows = scene.memory.find(key, () => ask(lookUp.operation, request, scene), sufficient);
      asked.set(key, rows);
      return rows;
    },
  };
}

const tooMany = (path: string) =>
  unaskable(
    path,
    `would need more look-ups than the ${maxLookUps} of one message`,
    'Give ids, or send fewer records in one message.',
  );

function requestOf({ path, operation, inputs }: LookUp, { catalogue, connection }: Scene): ManageRequest {
  const invocation = { version: 1, connection: connection.name, operationId: operation.id, inputs } as const;
  const built = buildRequest(operation, invocation, catalogue);
  if (built.valid) return built.request;
  throw unaskable(path, `cannot be looked up by ${operation.operationId}`);
}

const row = z.looseObject({ id: z.int() });
const answerSchema = z.union([z.array(row), row]);

async function ask(operation: Operation, request: ManageRequest, scene: Scene): Promise<readonly Row[]> {
  const { parts, connection, timing } = scene;
  const ending = await sendOrder(parts, { ...timing, request }, connection);
  if (ending.kind === 'unsent' || ending.sent.kind !== 'response' || !isSuccess(ending.sent.response))
    throw new LookUpFailed(operation, request, ending);
  const parsed = answerSchema.safeParse(jsonOf(ending.sent.response.bytes));
  if (!parsed.success) throw new LookUpFailed(operation, request);
  return Array.isArray(parsed.data) ? parsed.data : [parsed.data];
}
