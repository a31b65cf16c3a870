import type { Queue } from '../../lib/clients/queue.ts';
import type { Result } from '../../lib/result.ts';
import { ofConnection, problemIn, readReply } from '../api.ts';
import type { ReadClaim } from '../claims.ts';
import type { Inbox } from '../clients/queue.ts';
import { collect } from '../collecting.ts';
import type { Place } from '../place.ts';

/** What the steps work with. */
export interface Stage {
  readonly place: Place;
  readonly connection: string;
  /** Begins every id of this run, so that its messages are told from everybody else's. */
  readonly run: string;
  /** Whether it may write to ConnectWise. */
  readonly mayWrite: boolean;
  readonly invocations: Queue;
  readonly deadLetters: Queue;
  readonly openResults: () => Inbox;
  readonly openDeadLetters: () => Inbox;
  readonly openInvocations: () => Inbox;
  readonly readClaim: ReadClaim;
  /** How long a result may take. */
  readonly patienceMs: number;
  readonly now: () => number;
  readonly interrupted: AbortSignal;
}

/** On one machine there is neither an authoriser nor a throttle, so what is about them cannot be shown. */
export const isLocal = ({ place }: Stage): boolean => place.logFile !== undefined;

/** The text of an invocation of this run. @param name what follows the run in its id. */
export const messageOf = (stage: Stage, name: string, call: object): string =>
  JSON.stringify({ version: 1, id: idOf(stage, name), connection: stage.connection, ...call });

export const idOf = ({ run }: Stage, name: string): string => `${run}:${name}`;

/** Where it stands is kept for who asks, since a reader of the result queue may be faster than we are. */
export const addressOf = ({ connection }: Stage) => ({ group: connection, tracked: true });

/** Runs an invocation by the API. @throws Error with what the API answered where it is no result. */
export async function runByApi({ place, connection }: Stage, message: string): Promise<Result> {
  const reply = await place.api.call('POST', ofConnection(connection, '/invocations'), { body: message });
  const read = readReply(reply);
  if ('result' in read) return read.result;
  throw new Error(`${read.problem.reason}: ${read.problem.detail}`);
}

/** Puts an invocation on the queue, and waits for its result. @throws Error where none comes. */
export async function runByQueue(stage: Stage, name: string, call: object): Promise<Result> {
  await stage.invocations.send(messageOf(stage, name, call), addressOf(stage));
  return resultOf(stage, name);
}

/**
 * The result of an invocation of this run, taken off the result queue; others' results stay there. Where somebody else took it, the
 * API tells it. @throws Error where it does not come.
 */
export async function resultOf(stage: Stage, name: string): Promise<Result> {
  const id = idOf(stage, name);
  const inbox = stage.openResults();
  const found: Result[] = [];
  try {
    await collect({
      inbox,
      isWanted: (result) => result.id === id,
      take: (result) => {
        found.push(result);
        return false;
      },
      patienceMs: stage.patienceMs,
      now: stage.now,
      signal: stage.interrupted,
    });
  } finally {
    inbox.close();
  }
  return found[0] ?? takenByOthers(stage, id);
}

async function takenByOthers({ place, connection, patienceMs }: Stage, id: string): Promise<Result> {
  const path = ofConnection(connection, `/invocations/${encodeURIComponent(id)}`);
  const reply = await place.api.call('GET', path);
  const standing: unknown = Reflect.get(Object(reply.body), 'result');
  const read = readReply({ status: reply.status, body: standing });
  if ('result' in read) return read.result;
  const status: unknown = Reflect.get(Object(reply.body), 'status');
  const stands = typeof status === 'string' ? status : problemIn(reply).reason;
  throw new Error(
    `No result came within ${patienceMs / 1000} s, and the API knows of none (${stands}). Look into the log of the queue function, and at manage dead list.`,
  );
}
