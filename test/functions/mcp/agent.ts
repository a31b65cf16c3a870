import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import * as z from 'zod/mini';
import { handler } from '../../../functions/api.ts';
import type { ApiAnswer } from '../../../functions/problem.ts';
import { apiEvent, contextOf } from '../doors.ts';

/** What an agent was told by a tool. */
export interface Heard {
  readonly failed: boolean;
  /** The text that its model reads. */
  readonly text: string;
  /** The structure; empty where it failed. */
  readonly answer: Readonly<Record<string, unknown>>;
}

/** An agent that speaks by the protocol's own client library, which checks every answer against the tool's output schema. */
export interface Agent {
  readonly client: Client;
  call(tool: string, given: Readonly<Record<string, unknown>>): Promise<Heard>;
  close(): Promise<void>;
}

const textSchema = z.array(z.object({ type: z.literal('text'), text: z.string() }));

export async function openAgent(transport: Transport): Promise<Agent> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  // The client checks answers by the schemas that it has read here.
  await client.listTools();
  return {
    client,
    call: async (name, given) => {
      const heard = await client.callTool({ name, arguments: given });
      const text = textSchema.parse(heard.content).map((part) => part.text);
      const { structuredContent = {}, isError } = heard;
      const answer = z.record(z.string(), z.unknown()).parse(structuredContent);
      return { failed: isError === true, text: text.join('\n'), answer };
    },
    close: () => client.close(),
  };
}

/**
 * The way to the deployed handler, through the events that API Gateway would make.
 * @param connection the one whose path is called.
 * @param claims of the caller's token.
 */
export const handlerTransport = ({ connection, claims, handle = handler }: Way = {}): Transport =>
  new StreamableHTTPClientTransport(new URL('https://connector.test/mcp'), {
    fetch: async (_, init) => {
      const event = eventOf(new Request('https://connector.test', init), await bodyOf(init), connection);
      const authorizer = { jwt: { claims, scopes: null } };
      const requestContext = { ...event.requestContext, ...(claims && { authorizer }) };
      return responseOf(await handle({ ...event, requestContext }, contextOf()));
    },
  });

export interface Way {
  readonly connection?: string;
  readonly claims?: Readonly<Record<string, string>>;
  readonly handle?: typeof handler;
}

const bodyOf = async (init: RequestInit | undefined) =>
  init?.body ? new Response(init.body).text() : undefined;

function eventOf(request: Request, body: string | undefined, connection: string | undefined) {
  const below = connection === undefined ? '' : '/connections/{connection}';
  const event = apiEvent(`${request.method} ${below}/mcp`, {
    headers: Object.fromEntries(request.headers),
    ...(connection !== undefined && { pathParameters: { connection } }),
    ...(body !== undefined && { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
  });
  return { ...event, rawPath: event.rawPath.replace('{connection}', connection ?? '') };
}

function responseOf({ statusCode = 200, headers = {}, body }: ApiAnswer): Response {
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(body === '' ? null : body, { status: statusCode, headers: given });
}
