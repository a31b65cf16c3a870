import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RouteMatch } from './http-routes.ts';
import { accountId } from './region.ts';
import { splitUrl } from './request-url.ts';

/** An HTTP request as an HTTP API hands it to a function (payload format 2.0). */
export function httpEvent(
  request: IncomingMessage,
  body: Buffer,
  route: RouteMatch<unknown>,
): APIGatewayProxyEventV2 {
  const { path: rawPath, query: rawQueryString } = splitUrl(request.url ?? '/');
  const { cookie, ...headers } = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(',')]),
  );
  const query = joinedByName(new URLSearchParams(rawQueryString));
  const { pathParameters } = route;
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/[;,] */) }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: contextOf(request, rawPath, route.key),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...bodyMembers(body, headers),
  };
}

function joinedByName(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

function contextOf(
  request: IncomingMessage,
  path: string,
  routeKey: string,
): APIGatewayProxyEventV2['requestContext'] {
  const { host = '', 'user-agent': userAgent = '' } = request.headers;
  const now = new Date();
  return {
    accountId,
    apiId: 'local',
    domainName: host,
    domainPrefix: 'local',
    http: {
      method: request.method ?? 'GET',
      path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      userAgent,
    },
    requestId: randomUUID(),
    routeKey,
    stage: '$default',
    time: now.toISOString(),
    timeEpoch: now.getTime(),
  };
}

/** Text comes as it is, all else in base64; forms and compressed bodies count as bytes. */
function bodyMembers(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript))/i.test(
    headers['content-type'] ?? 'text/plain',
  );
  const isBase64Encoded = !isText || headers['content-encoding'] !== undefined;
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}
