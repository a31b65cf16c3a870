import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { maxLevels } from '../lib/invocation.ts';
import { nestsDeeper } from '../lib/nesting.ts';
import { connectionOf, whyUngranted } from './grants.ts';
import { type ApiAnswer, problem } from './problem.ts';
import { bodyText } from './request-body.ts';
import type { Services } from './services.ts';

/** Kept back from the function's time, to say how it ended. */
const reserveMs = 3_000;

/** What the protocol's library takes too. */
const maxBodyBytes = 4_194_304;
/** A message stands around the arguments of a tool, and those around a request. */
const maxMessageLevels = maxLevels + 10;

/**
 * The agent's door: one message of the Model Context Protocol in, its answer out (streamable HTTP without sessions or streams).
 * Below the path of a connection the agent is kept to that connection; else it names one in each call, and may use those that
 * its token grants.
 */
export async function postMcp(
  event: APIGatewayProxyEventV2,
  services: Services,
  context: Context,
): Promise<ApiAnswer> {
  const { grantingClaim } = services;
  // A page in a browser could reach a connector on its own machine; agents are no pages, and the protocol asks for this check.
  if (event.headers['origin'] !== undefined)
    return problem({ reason: 'origin_not_allowed', detail: noPages });
  const isKept = event.pathParameters?.['connection'] !== undefined;
  const kept = isKept ? connectionOf(event, grantingClaim, '/mcp') : { connection: undefined };
  if (!('connection' in kept)) return kept;
  const body = bodyText(event, maxBodyBytes);
  if (!('text' in body)) return body;
  if (nestsDeeper(body.text, maxMessageLevels))
    return problem({ reason: 'invalid_message', detail: tooDeep });
  const deadlineMs = services.now() + context.getRemainingTimeInMillis() - reserveMs;
  // The protocol's library costs a cold start some tens of milliseconds, which no other caller of the API shall pay.
  const { answerAgent } = await import('./mcp/server.ts');
  const response = await answerAgent(requestOf(event, body.text), {
    services,
    deadlineMs,
    delivery: context.awsRequestId,
    only: kept.connection,
    whyUngranted: (connection) => whyUngranted(event, connection, grantingClaim),
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

const tooDeep = `The message is nested deeper than ${maxMessageLevels} levels.`;

const requestOf = (event: APIGatewayProxyEventV2, body: string): Request =>
  new Request(`https://${event.requestContext.domainName}${event.rawPath}`, {
    method: 'POST',
    headers: headersOf(event),
    body,
  });

/** API Gateway hands headers over in lower case; the body is decoded, so its length and encoding are others. */
const headersOf = ({ headers }: APIGatewayProxyEventV2): [string, string][] =>
  ['accept', 'content-type', 'mcp-protocol-version'].flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value]];
  });
