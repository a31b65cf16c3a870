import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import middy from 'middy';
import * as z from 'zod/mini';
import { unknownOperation } from '../lib/catalogue/nearest.ts';
import { sample } from '../lib/catalogue/sample.ts';
import { searchOperations } from '../lib/catalogue/search.ts';
import { checkClaim } from '../lib/claim.ts';
import { explain } from '../lib/explanation.ts';
import { type Invocation, parseInvocation } from '../lib/invocation.ts';
import { keyOf } from '../lib/journal.ts';
import { print } from '../lib/printing.ts';
import type { Result } from '../lib/result.ts';
import { StoreUnavailable } from '../lib/versioned-store.ts';
import { getCallbacks, putCallbacks } from './callback-registry.ts';
import { deleteCheckpoint, getCheckpoint, putCheckpoint } from './checkpoints.ts';
import { connectionOf, ungranted } from './grants.ts';
import { crashOf, type LogEntry, logError } from './log.ts';
import { getMcp, postMcp } from './mcp.ts';
import { openApiDocument } from './openapi.ts';
import { operationIndex } from './operation-index.ts';
import { type ApiAnswer, json, problem, problemOf } from './problem.ts';
import { bodyText } from './request-body.ts';
import { type Services, servicesOnce } from './services.ts';
import { traceIdOf } from './settings.ts';
import { standingOf } from './standing.ts';
import { executeNow } from './synchronous-call.ts';

/** Lambda takes 6 MB of answer; JSON in JSON grows by its escapes. */
const maxAnswerBytes = 4_500_000;
/** Lambda takes 6 MB of event, where each quote of the body has a backslash before it: what is larger mostly never comes here. */
const maxBodyBytes = 5_000_000;
/** What SQS takes; an asynchronous call travels as a message. */
const maxMessageBytes = 1_048_576;
/** Kept back from the function's time to store a claim. */
const reserveMs = 3_000;
const linkSeconds = 15 * 60;

type Route = (
  event: APIGatewayProxyEventV2,
  services: Services,
  context: Context,
) => Promise<ApiAnswer> | ApiAnswer;

/** What is done for one connection, by the path below it or below the root: there the call names it itself. */
const ofConnection: Readonly<Record<string, Route>> = {
  'POST /invocations': postInvocation,
  'GET /invocations/{id}': getInvocation,
  'GET /checkpoints/{name}': getCheckpoint,
  'PUT /checkpoints/{name}': putCheckpoint,
  'DELETE /checkpoints/{name}': deleteCheckpoint,
  'GET /callbacks': getCallbacks,
  'PUT /callbacks': putCallbacks,
  'POST /mcp': postMcp,
  'GET /mcp': getMcp,
};

const ofCatalogue: Readonly<Record<string, Route>> = {
  'GET /operations': getOperations,
  'GET /operations/{operationId}': getOperation,
  'GET /openapi.json': (_, { connectionPathsOnly }) => json(200, openApiDocument({ connectionPathsOnly })),
};

/** Which route a call took; undefined where there is none, or not any more, as only paths that name the connection are served. */
function routeOf({ routeKey }: APIGatewayProxyEventV2, { connectionPathsOnly }: Services): Route | undefined {
  const below = routeKey.replace(' /connections/{connection}/', ' /');
  if (below !== routeKey) return ofConnection[below];
  return (connectionPathsOnly ? undefined : ofConnection[routeKey]) ?? ofCatalogue[routeKey];
}

/** Answers the API's calls. Every error is a problem (RFC 9457) with a stable reason; a crash tells nothing of itself. */
export function apiHandler(services: () => Services) {
  return middy<APIGatewayProxyEventV2, ApiAnswer>({ timeoutEarlyInMillis: 500 })
    .onError((request) => {
      if (request.error instanceof StoreUnavailable) {
        request.response = problem({
          reason: 'journal_unavailable',
          detail: `${request.error.message} Nothing was sent.`,
          retryAfterSeconds: 5,
        });
        return;
      }
      const { event, context, error } = request;
      tellCrash(services, { route: event.routeKey, delivery: context.awsRequestId }, error);
      const detail = `The connector failed. Quote the id ${context.awsRequestId} to whoever runs it.`;
      request.response = problem({ reason: 'internal_error', detail });
    })
    .handler(async (event: APIGatewayProxyEventV2, context: Context) => {
      if (isForeign(event))
        return problem({
          reason: 'origin_not_allowed',
          detail: 'A page of another origin sent this. The API answers programs, and the console beside it.',
        });
      const built = services();
      const route = routeOf(event, built);
      if (!route)
        return problem({ reason: 'unknown_route', detail: `There is no ${event.routeKey} in this API.` });
      try {
        return await route(event, built, context);
      } finally {
        built.watch.flush();
      }
    });
}

/**
 * Whether a browser says that a page of another origin sends this. Before a proxy that signs people in by a cookie, such a page
 * would otherwise run invocations in their name.
 */
const isForeign = ({ headers }: APIGatewayProxyEventV2) =>
  ['cross-site', 'same-site'].includes(headers['sec-fetch-site'] ?? '');

/** The services themselves may be what failed: then there is nobody to count it. */
function tellCrash(services: () => Services, where: Omit<LogEntry, 'event'>, error: unknown): void {
  try {
    const { watch } = services();
    watch.crashed(where, error);
    watch.flush();
  } catch {
    logError({ event: 'crashed', ...where, ...crashOf(error) });
  }
}

/** What Lambda calls. */
export const handler = apiHandler(servicesOnce());

async function postInvocation(
  event: APIGatewayProxyEventV2,
  services: Services,
  context: Context,
): Promise<ApiAnswer> {
  const startedAtMs = services.now();
  const body = bodyText(event, maxBodyBytes);
  if (!('text' in body)) return body;
  const parsed = parseInvocation(body.text);
  if (!parsed.valid)
    return problem({ reason: 'invalid_invocation', detail: parsed.message, members: parsed.quoted });
  const { invocation } = parsed;
  const refused = ungranted(event, invocation.connection, services.grantingClaim);
  if (refused) return refused;
  const id = invocation.id ?? randomUUID();
  const delivery = context.awsRequestId;
  if (asksForAsync(event)) return enqueue(event, { ...invocation, id }, delivery, services);

  const deadlineMs = startedAtMs + context.getRemainingTimeInMillis() - reserveMs;
  const attempt = { door: 'api', delivery, attempt: 1, traceId: traceIdOf() } as const;
  const outcome = await executeNow(id, invocation, attempt, deadlineMs, services);
  if (outcome.kind !== 'result')
    return problemOf(outcome.result, outcome.kind === 'wait' ? outcome.waitMs : 1_000);
  const { result } = await checkClaim(outcome.result, maxAnswerBytes, services.claims);
  services.watch.leaving(attempt, result);
  const linked = await withLink(result, services);
  return linked.succeeded ? json(200, print(linked).text()) : problemOf(linked);
}

async function withLink(result: Result, { claims }: Services): Promise<Result> {
  const { claim } = result;
  return claim ? { ...result, claim: { ...claim, url: await claims.link(claim.key, linkSeconds) } } : result;
}

/** RFC 7240; API Gateway hands header names over in lower case. */
const asksForAsync = ({ headers }: APIGatewayProxyEventV2) =>
  /(?:^|[\s,])respond-async(?:$|[\s,;])/i.test(headers['prefer'] ?? '');

/** Queues an invocation. What is known to be wrong with it is said now, while the caller listens. */
async function enqueue(
  event: APIGatewayProxyEventV2,
  invocation: Invocation & { readonly id: string },
  delivery: string,
  services: Services,
): Promise<ApiAnswer> {
  const { id, connection } = invocation;
  const message = JSON.stringify(invocation);
  const bytes = Buffer.byteLength(message);
  if (bytes > maxMessageBytes) {
    const detail = `The invocation has ${bytes} bytes; at the most ${maxMessageBytes} can be queued. Send it without Prefer: respond-async.`;
    return problem({ reason: 'invocation_too_large', detail, members: { id } });
  }
  const intake = await services.engine.take(id, invocation, delivery);
  if (intake.kind === 'refused') return problemOf(intake.result);
  // Taken in before, and on its way or done: another message would only find that out.
  if (intake.entry.state === 'waiting')
    await services.invocations.send(message, { group: connection, tracked: true });
  const place = `/invocations/${encodeURIComponent(id)}`;
  return {
    ...json(202, { version: 1, id, connection, status: 'queued' }),
    headers: {
      'content-type': 'application/json',
      'preference-applied': 'respond-async',
      location: event.pathParameters?.['connection']
        ? `/connections/${connection}${place}`
        : `${place}?connection=${connection}`,
    },
  };
}

/** Where an invocation stands that the journal knows: writes, and whatever was queued by the API. */
async function getInvocation(event: APIGatewayProxyEventV2, services: Services): Promise<ApiAnswer> {
  const named = connectionOf(event, services.grantingClaim, '/invocations/{id}');
  if (!('connection' in named)) return named;
  const { connection } = named;
  const id = event.pathParameters?.['id'] ?? '';
  const entry = await services.journal.find(keyOf(connection, id));
  if (!entry) {
    const detail = `The journal knows no invocation '${id}' of connection '${connection}'. It keeps writes, and what was queued by the API, for 35 days.`;
    return problem({ reason: 'unknown_invocation', detail });
  }
  const standing = standingOf(entry, services.now());
  const head = { version: 1, id, connection };
  if (standing.status !== 'done') return json(200, { ...head, ...standing });
  return json(200, { ...head, ...standing, result: await withLink(standing.result, services) });
}

const wholeNumber = (max: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,6}$/, 'must be a whole number')),
    z.pipe(z.transform(Number), z.number().check(z.refine((n) => n <= max, `must not be over ${max}`))),
  );

const upperCase = z.transform((text: string) => text.toUpperCase());

const operationsQuery = z.strictObject({
  search: z.optional(z.string().check(z.maxLength(200))),
  module: z.optional(z.string()),
  method: z.optional(
    z.pipe(z.pipe(z.string(), upperCase), z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
  ),
  limit: z.optional(wholeNumber(200)),
  offset: z.optional(wholeNumber(100_000)),
});
const indexQuery = z.strictObject({ form: z.literal('index') });

function getOperations(event: APIGatewayProxyEventV2, { catalogue }: Services): ApiAnswer {
  const query = event.queryStringParameters ?? {};
  if (indexQuery.safeParse(query).success) return operationIndex(event, catalogue);
  const parsed = operationsQuery.safeParse(query);
  if (!parsed.success) {
    return problem({
      reason: 'invalid_query',
      detail: explain(parsed.error, query, Object.keys(operationsQuery.shape)),
    });
  }
  const { limit = 25, offset = 0, ...rest } = parsed.data;
  const { total, operations } = searchOperations(catalogue, { ...rest, limit, offset });
  const entries = operations.map(({ id, operationId, method, path, module, description }) => {
    return { id, operationId, method, path, module, description };
  });
  return json(200, { version: catalogue.version, total, operations: entries });
}

function getOperation(event: APIGatewayProxyEventV2, { catalogue }: Services): ApiAnswer {
  const id = event.pathParameters?.['operationId'] ?? '';
  const operation = catalogue.find(id);
  if (operation) return json(200, sample(operation, catalogue));
  const { message, nearest } = unknownOperation(id, catalogue);
  return problem({ reason: 'unknown_operation', detail: message, members: { nearest } });
}
