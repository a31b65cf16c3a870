import type { IncomingMessage, ServerResponse } from 'node:http';
import { gatewayError, type HttpAnswer, httpAnswer } from './http-answer.ts';
import { httpEvent } from './http-event.ts';
import { findRoute, type Route } from './http-routes.ts';
import { type Lambda, maxPayloadBytes } from './lambda-host.ts';
import { listenLocally } from './listening.ts';
import { splitUrl } from './request-url.ts';

/** What an HTTP API takes; Lambda's own limit is less (aws.md §3). */
const maxRequestBytes = 10 * 1_048_576;

interface HttpTarget {
  readonly lambda: Lambda;
  /** How long a caller waits; the function goes on after that. */
  readonly timeoutMs: number;
}

export interface HttpFront {
  readonly url: string;
  /** Routes are given after the start, because functions may be told the URL. */
  serve(routes: readonly Route<HttpTarget>[]): void;
  close(): Promise<void>;
}

/**
 * An HTTP API (payload format 2.0) before functions. Authorizers, throttling and CORS are not emulated: the front is
 * reached from this machine alone.
 */
export async function startHttpFront(options: {
  readonly port?: number | undefined;
  readonly log: (line: string) => void;
}): Promise<HttpFront> {
  const listening = await listenLocally(options.port, options.log);
  return {
    url: listening.url,
    close: listening.close,
    serve: (routes) =>
      listening.serve(async (request, response) => {
        const given = await answer(request, routes);
        try {
          send(response, given);
        } catch {
          // Such as a header with a line break in it, which only Node's writer finds.
          send(response, gatewayError(500, 'Internal Server Error'));
        }
      }),
  };
}

async function answer(request: IncomingMessage, routes: readonly Route<HttpTarget>[]): Promise<HttpAnswer> {
  const { path } = splitUrl(request.url ?? '/');
  const route = findRoute(routes, request.method ?? 'GET', path);
  if (!route) return gatewayError(404, 'Not Found');
  const body = await readBody(request);
  if (!body) return gatewayError(413, 'Request Entity Too Large');
  const event = httpEvent(request, body, route);
  if (Buffer.byteLength(JSON.stringify(event)) > maxPayloadBytes)
    return gatewayError(413, 'Request Entity Too Large');
  return invoke(route.target, event);
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, headers).end(body);
}

/** @returns undefined where it is too large. What is left of it is read and dropped, so that the caller hears the answer. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= maxRequestBytes) chunks.push(chunk);
  }
  return bytes <= maxRequestBytes ? Buffer.concat(chunks) : undefined;
}

async function invoke({ lambda, timeoutMs }: HttpTarget, event: object): Promise<HttpAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<HttpAnswer>((resolve) => {
    timer = setTimeout(() => resolve(gatewayError(503, 'Service Unavailable')), timeoutMs);
  });
  const answered = lambda.invoke(event).then((outcome) => {
    return outcome.succeeded ? httpAnswer(outcome.text) : gatewayError(500, 'Internal Server Error');
  });
  try {
    return await Promise.race([answered, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
