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

/** The way to the deployed handler, through the events that API Gateway would make. */
export const handlerTransport = (query = '', handle: typeof handler = handler): Transport =>
  new StreamableHTTPClientTransport(new URL(`https://connector.test/mcp${query}`), {
    fetch: async (url, init) =>
      responseOf(await handle(eventOf(new Request(url, init), await bodyOf(init)), contextOf())),
  });

const bodyOf = async (init: RequestInit | undefined) =>
  init?.body ? new Response(init.body).text() : undefined;

function eventOf(request: Request, body: string | undefined) {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  return apiEvent(`${request.method} /mcp`, {
    headers: Object.fromEntries(request.headers),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(body !== undefined && { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
  });
}

function responseOf({ statusCode = 200, headers = {}, body }: ApiAnswer): Response {
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(body === '' ? null : body, { status: statusCode, headers: given });
}
