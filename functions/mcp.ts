import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type ApiAnswer, problem } from './problem.ts';
import type { Services } from './services.ts';

/** Kept back from the function's time, to say how it ended. */
const reserveMs = 3_000;

/**
 * The agent's door: one message of the Model Context Protocol in, its answer out (streamable HTTP without sessions or streams).
 * `?connection=NAME` in the address keeps the agent to that connection.
 * @param body the event's, decoded.
 */
export async function postMcp(
  event: APIGatewayProxyEventV2,
  services: Services,
  context: Context,
  body: string,
): Promise<ApiAnswer> {
  // A page in a browser could reach a connector on its own machine; agents are no pages, and the protocol asks for this check.
  if (event.headers['origin'] !== undefined)
    return problem({ reason: 'origin_not_allowed', detail: noPages });
  const deadlineMs = services.now() + context.getRemainingTimeInMillis() - reserveMs;
  const only = event.queryStringParameters?.['connection'];
  // The protocol's library costs a cold start some tens of milliseconds, which no other caller of the API shall pay.
  const { answerAgent } = await import('./mcp/server.ts');
  const request = new Request(`https://${event.requestContext.domainName}${event.rawPath}`, {
    method: 'POST',
    headers: headersOf(event),
    body,
  });
  const response = await answerAgent(request, {
    services,
    deadlineMs,
    delivery: context.awsRequestId,
    ...(only !== undefined && { only }),
  });
  const headers = Object.fromEntries(response.headers);
  return { statusCode: response.status, headers, body: await response.text() };
}

const noPages =
  'Calls with an Origin come from web pages, and this door is for agents alone. Call it from a program, without that header.';

/** Where a client may listen for messages that nobody asked for: there are none, and the protocol wants that said by 405. */
export const getMcp = (): ApiAnswer =>
  problem({
    reason: 'method_not_allowed',
    detail:
      'There is no stream of messages here: send each message with POST /mcp, and its answer comes back.',
  });

/** API Gateway hands headers over in lower case; the body is decoded, so its length and encoding are others. */
const headersOf = ({ headers }: APIGatewayProxyEventV2): [string, string][] =>
  ['accept', 'content-type', 'mcp-protocol-version'].flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value]];
  });
