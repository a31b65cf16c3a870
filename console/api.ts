import * as z from 'zod/mini';
import { type Finding, findingSchema } from '../lib/preflight/finding.ts';
import { messageOf } from './loading.ts';
import { apiBase, isLocal } from './place.ts';

/** What the API answered, whatever it was, and how long it took to be read whole. */
export interface ApiAnswer {
  readonly status: number;
  readonly timeMs: number;
  readonly body: unknown;
}

/** Calls the connector's API, which the page's own server leads to. Throws a sentence where nothing answers. */
export async function callApi(path: string, sent: RequestInit = {}): Promise<ApiAnswer> {
  const startedAtMs = performance.now();
  const { status, text } = await ask(`${apiBase()}${path}`, sent);
  return { status, timeMs: performance.now() - startedAtMs, body: jsonOf(text) };
}

/**
 * A path of the API below that of its connection, which is all that some deployments serve. What is no name of one is left for the
 * API to refuse.
 */
export const pathBelow = (connection: string, path: string): string =>
  /^[\w.-]{1,64}$/.test(connection) ? `/connections/${connection}${path}` : path;

/** Asks the page's own server. */
export async function ask(path: string, sent: RequestInit = {}) {
  try {
    const response = await fetch(path, sent);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const mend = isLocal() ? 'Does `npm start` still run?' : 'Your session may be over: load the page again.';
    throw new Error(`The connector does not answer (${messageOf(error)}). ${mend}`);
  }
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const findings = z.optional(z.array(findingSchema));
const problemMembers = z.object({
  reason: z.optional(z.string()),
  detail: z.optional(z.string()),
  message: z.optional(z.string()),
});

/** What a person should read of an answer that is no success. */
export function problemIn({ status, body }: ApiAnswer): string {
  const { detail, message } = problemMembers.safeParse(body).data ?? {};
  return detail ?? message ?? `The API answered ${status}.`;
}

/** What ConnectWise told of by itself; it has none of a result's members. */
const eventMembers = z.object({
  kind: z.literal('event'),
  id: z.string(),
  connection: z.string(),
  callback: z.string(),
  type: z.string(),
  action: z.string(),
  recordId: z.number(),
});

/** The members of a result, of a problem, and of what stands for either. */
const outcomeMembers = z.object({
  id: z.optional(z.string()),
  operationId: z.optional(z.string()),
  connection: z.optional(z.string()),
  description: z.optional(z.string()),
  succeeded: z.optional(z.boolean()),
  responseCode: z.optional(z.string()),
  response: z.optional(z.unknown()),
  requestId: z.optional(z.string()),
  reason: z.optional(z.string()),
  detail: z.optional(z.string()),
  warnings: findings,
  findings,
  failure: z.optional(z.object({ reason: z.string(), message: z.string(), findings })),
  certificate: z.optional(z.object({ complete: z.boolean(), rows: z.number(), pages: z.number() })),
  claim: z.optional(z.object({ key: z.string(), bytes: z.number(), url: z.optional(z.string()) })),
});

/** A response that was left in the bucket: under which key, how many bytes, and a link where the API made one. */
export interface Claimed {
  readonly key: string;
  /** As it is stored, compressed. */
  readonly bytes: number;
  readonly url?: string | undefined;
}

/** A result and a problem have much in common; this is what a person looks at in both. */
export interface Told {
  readonly succeeded: boolean;
  readonly id?: string | undefined;
  readonly operationId?: string | undefined;
  readonly connection?: string | undefined;
  readonly description?: string | undefined;
  readonly responseCode?: string | undefined;
  readonly requestId?: string | undefined;
  readonly response?: unknown;
  readonly hasResponse: boolean;
  readonly reason?: string | undefined;
  readonly sentence?: string | undefined;
  readonly findings: readonly Finding[];
  /** The end of a whole list, whose pages are results of their own. */
  readonly certificate?:
    | { readonly complete: boolean; readonly rows: number; readonly pages: number }
    | undefined;
  readonly claim?: Claimed | undefined;
}

/** Reads a result, the problem that the API made of one, or an event, which counts as a success. */
export function readTold(body: unknown): Told {
  const event = eventMembers.safeParse(body);
  if (event.success) {
    const { id, connection, callback, type, action, recordId } = event.data;
    const description = `Callback ${callback}: ${type} ${recordId}`;
    return {
      id,
      connection,
      description,
      succeeded: true,
      responseCode: action,
      hasResponse: false,
      findings: [],
    };
  }
  const {
    failure,
    warnings = [],
    findings: found = [],
    succeeded,
    reason,
    detail,
    ...rest
  } = outcomeMembers.safeParse(body).data ?? {};
  return {
    ...rest,
    succeeded: succeeded ?? false,
    hasResponse: rest.response !== undefined,
    reason: reason ?? failure?.reason,
    sentence: detail ?? failure?.message,
    findings: [...found, ...(failure?.findings ?? []), ...warnings],
  };
}
