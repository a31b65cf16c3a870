import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Api, problemIn, type Reply } from './api.ts';
import { CommandFailed } from './ending.ts';

/**
 * Passes an agent's messages from standard input to the API's door for agents, and its answers to standard output. What a tool
 * does, and what it may, is decided there: this process holds no secret of a connection.
 * @param connection the only one that the agent may name.
 * @returns when the input has ended or `interrupted` aborts, and every call is answered.
 */
export async function bridge(
  api: Api,
  connection: string | undefined,
  interrupted: AbortSignal,
): Promise<void> {
  const transport = new StdioServerTransport();
  const underway = new Set<Promise<void>>();
  const ended = Promise.withResolvers<void>();
  const end = () => ended.resolve();
  transport.onmessage = (message) => {
    const passing = pass(message, api, connection)
      .then((answer) => (answer ? transport.send(answer) : undefined))
      .finally(() => underway.delete(passing));
    underway.add(passing);
  };
  process.stdin.once('end', end);
  interrupted.addEventListener('abort', end, { once: true });
  await transport.start();
  await ended.promise;
  await Promise.allSettled(underway);
  await transport.close();
}

/** One message and its answer; none where it asks for none. */
async function pass(
  message: JSONRPCMessage,
  api: Api,
  connection: string | undefined,
): Promise<JSONRPCMessage | undefined> {
  const id = 'method' in message && 'id' in message ? message.id : undefined;
  try {
    const below = connection === undefined ? '' : `/connections/${encodeURIComponent(connection)}`;
    const reply = await api.call('POST', `${below}/mcp`, {
      body: JSON.stringify(message),
      headers: { accept: 'application/json, text/event-stream' },
    });
    return id === undefined ? undefined : answerIn(reply, id);
  } catch (error) {
    if (id === undefined) return undefined;
    const why = error instanceof CommandFailed ? error.message : 'The call could not be made.';
    return failure(id, why);
  }
}

/** API Gateway and the connector's own problems are no messages of the protocol: they become its errors. */
function answerIn(reply: Reply, id: string | number): JSONRPCMessage {
  const message = JSONRPCMessageSchema.safeParse(reply.body);
  return message.success ? message.data : failure(id, problemIn(reply).detail);
}

/** JSON-RPC leaves -32000 and on to servers. */
const failure = (id: string | number, message: string): JSONRPCMessage => {
  return { jsonrpc: '2.0', id, error: { code: -32_000, message } };
};
