import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import middy from 'middy';
import { eventText } from '../lib/callback/event.ts';
import type { Declared } from '../lib/callback/registry.ts';
import { takeOnce } from '../lib/callback/sighting.ts';
import { startPull } from '../lib/callback/starting.ts';
import { timeText } from '../lib/time-text.ts';
import { StoreUnavailable } from '../lib/versioned-store.ts';
import { type Admission, admit, type Verified } from './callback-admission.ts';
import { type CallbackServices, callbackServicesOnce } from './callback-services.ts';
import { crashOf, logError, logInfo } from './log.ts';
import { type ApiAnswer, json, problem } from './problem.ts';

/**
 * Takes callbacks of ConnectWise: the one route of the API that nobody is authorised for, as ConnectWise cannot sign in. Answers 2xx only
 * when the event is safe on a queue, and 429 wherever ConnectWise is to send it again, which it does after 404, 409, 419 and 429 only
 * (connectwise-api.md §9.4.9).
 */
export function callbackHandler(services: () => CallbackServices) {
  return middy<APIGatewayProxyEventV2, ApiAnswer>({ timeoutEarlyInMillis: 200 })
    .onError((request) => {
      if (request.error instanceof StoreUnavailable)
        logError({ event: 'callback_not_taken', why: request.error.message });
      else logError({ event: 'callback_crashed', ...crashOf(request.error) });
      request.response = later('The connector could not take the callback just now.');
    })
    .handler(async (event: APIGatewayProxyEventV2, _context: Context) => {
      const built = services();
      const admission = await admit(event, built);
      if (admission.kind !== 'verified') return refuse(event, admission);
      return take(admission, built);
    });
}

/** What Lambda calls. */
export const handler = callbackHandler(callbackServicesOnce());

const later = (detail: string): ApiAnswer =>
  problem({ reason: 'callback_not_taken', detail, retryAfterSeconds: 2 });

/** A refusal says little: who sends forged callbacks learns nothing, and the log has the rest. */
function refuse(
  { pathParameters = {} }: APIGatewayProxyEventV2,
  { kind, reason, why }: Exclude<Admission, Verified>,
): ApiAnswer {
  const { connection = '', name = '' } = pathParameters;
  const entry = {
    event: 'callback_refused',
    connection: connection.slice(0, 64),
    callback: name.slice(0, 64),
  };
  if (kind === 'passing') {
    logError({ ...entry, event: 'callback_not_taken', why });
    return later('The callback could not be verified just now.');
  }
  logInfo({ ...entry, reason, why });
  return problem({ reason, detail: details[reason] });
}

const details = {
  callback_forged: 'This is no callback that ConnectWise signed for this address. Nothing was done.',
  unknown_callback: 'No such callback is declared. Nothing was done.',
  invalid_callback: 'The callback cannot be read. Nothing was done.',
  body_too_large: 'The callback is too large. Nothing was done.',
} as const;

/** A verified callback, put where it belongs, once. */
async function take(verified: Verified, services: CallbackServices): Promise<ApiAnswer> {
  const { connection, name, declared, message, bytes, isStale } = verified;
  let outcome: string = 'stale';
  if (!isStale) {
    let delivered = 'queued';
    const taken = await takeOnce(
      connection,
      bytes,
      async () => {
        delivered = await deliver(verified, declared, services);
      },
      services,
    );
    outcome = taken === 'taken' ? delivered : taken;
  }
  logInfo({
    event: 'callback',
    connection,
    callback: name,
    outcome,
    type: declared.type,
    action: message.Action,
    recordId: message.ID,
    messageId: message.MessageId,
  });
  if (outcome === 'busy') return later('The same callback is being taken at this moment.');
  return json(202, { version: 1, status: outcome });
}

/** @throws where the event is not safe: then ConnectWise sends it again. */
async function deliver(
  { connection, name, message }: Verified,
  declared: Declared,
  { invocations, results, started, now, sleep }: CallbackServices,
): Promise<string> {
  const { starts } = declared;
  if (!starts) {
    const head = { connection, callback: name, receivedAt: timeText(now()) };
    await results.send(eventText(head, declared, message), { group: undefined, tracked: false });
    return 'queued';
  }
  const queue = (text: string, group: string, delaySeconds: number) =>
    invocations.send(text, { group, tracked: false, delaySeconds });
  const outcome = await startPull(starts, { started, queue, now, sleep });
  if (outcome === 'busy') throw new StoreUnavailable('The pull is being started by another callback.');
  return outcome;
}
