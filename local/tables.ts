import { IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import dynalite from 'dynalite';
import * as z from 'zod/mini';
import type { AwsCall } from './aws-call.ts';
import { accessKey, region } from './region.ts';
import type { TableResource } from './resources.ts';

/** DynamoDB in memory. TransactWriteItems, time to live and streams are missing in it (UnknownOperationException). */
export interface Tables {
  answer(call: AwsCall, response: ServerResponse): void;
  /**
   * The items below a prefix of their partition key `id` that were put since the start, and how often each was: who looks again
   * reads those that changed. To scan the table for them would read the whole journal.
   */
  puts(prefix: NotedPrefix): ReadonlyMap<string, number>;
}

/** Few items begin so: checkpoints, and pulls with how far they are. */
const notedPrefixes = ['checkpoints/', 'pulls/'] as const;
export type NotedPrefix = (typeof notedPrefixes)[number];
/** As many pulls as are kept in mind; the one that was put longest ago is forgotten. */
const mostNoted = 500;

/** The emulator is a server that never listens: it is handed requests whose bodies are complete, because it throws when a caller hangs up. */
export function createTables(): Tables {
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const noted = new Map<NotedPrefix, Map<string, number>>(notedPrefixes.map((prefix) => [prefix, new Map()]));
  return {
    answer: (call, response) => {
      const { prefix, id } = putIn(call);
      const puts = prefix && noted.get(prefix);
      // After the answer, so that who reads because of it finds what was put.
      if (puts) response.once('finish', () => note(puts, id));
      server.emit('request', replay(call), response);
    },
    puts: (prefix) => noted.get(prefix) ?? new Map(),
  };
}

function note(puts: Map<string, number>, id: string): void {
  const count = (puts.get(id) ?? 0) + 1;
  puts.delete(id);
  puts.set(id, count);
  const [oldest] = puts.keys();
  if (puts.size > mostNoted && oldest !== undefined) puts.delete(oldest);
}

const putSchema = z.object({ Item: z.object({ id: z.object({ S: z.string() }) }) });

/** What a call puts below a noted prefix. Most bodies hold none of them, and are not parsed for it. */
function putIn({ headers, body }: AwsCall): {
  readonly prefix?: NotedPrefix | undefined;
  readonly id: string;
} {
  const nothing = { id: '' };
  if (headers['x-amz-target'] !== 'DynamoDB_20120810.PutItem') return nothing;
  if (!notedPrefixes.some((prefix) => body.includes(`"${prefix}`))) return nothing;
  const parsed = putSchema.safeParse(JSON.parse(body.toString()));
  const id = parsed.data?.Item.id.S ?? '';
  return { prefix: notedPrefixes.find((prefix) => id.startsWith(prefix)), id };
}

function replay({ method, url, headers, body }: AwsCall): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method, url, headers });
  request.push(body);
  request.push(null);
  return request;
}

/** Creates a table through the gateway. Throws what DynamoDB says where it refuses. */
export async function createTable(endpoint: string, table: TableResource): Promise<void> {
  const scope = `${accessKey.accessKeyId}/20260101/${region}/dynamodb/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
      'x-amz-date': '20260101T000000Z',
      // The emulator wants to see a signature and does not check it.
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify({
      TableName: table.name,
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
    }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`The table ${table.logicalId} could not be created: ${answer}`);
}
