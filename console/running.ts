import * as z from 'zod/mini';
import type { Invocation } from '../lib/invocation.ts';
import { type ApiAnswer, callApi, pathBelow, problemIn, readTold, type Told } from './api.ts';
import { messageOf } from './loading.ts';

export type How = 'run' | 'dry' | 'queue';

/** How an invocation that was sent from here stands. */
export type Outcome =
  | { readonly state: 'sending'; readonly how: How }
  | { readonly state: 'following'; readonly id: string; readonly status: string }
  | {
      readonly state: 'told';
      readonly how: How;
      readonly told: Told;
      /** Undefined of an invocation that somebody else may have sent. */
      readonly timeMs: number | undefined;
      readonly body: unknown;
    }
  | { readonly state: 'unreachable'; readonly message: string };

const standing = z.object({ status: z.string(), result: z.optional(z.unknown()) });
const accepted = z.object({ id: z.string() });

/** Looks often at first, then less. */
const lookAgainMs = (looks: number) => Math.min(2_000, 150 * 1.3 ** looks);
/** Long enough for a throttled queue; a forgotten page stops asking. */
const mostLooks = 300;

/**
 * Sends an invocation and tells each change of how it stands; ends when nothing more will change. A queued one is
 * followed until its result is there.
 */
export async function run(
  invocation: Invocation,
  how: How,
  tell: (outcome: Outcome) => void,
  signal: AbortSignal,
): Promise<void> {
  tell({ state: 'sending', how });
  const startedAtMs = performance.now();
  try {
    const answer = await post(how === 'dry' ? { ...invocation, preflight: 'only' } : invocation, how);
    if (signal.aborted) return;
    const queued = answer.status === 202 ? accepted.safeParse(answer.body).data : undefined;
    if (queued) await follow(queued.id, invocation.connection, startedAtMs, tell, signal);
    else tell({ state: 'told', how, told: toldOf(answer), timeMs: answer.timeMs, body: answer.body });
  } catch (error) {
    if (!signal.aborted) tell({ state: 'unreachable', message: messageOf(error) });
  }
}

/** Follows an invocation that was queued before, and tells each change of how it stands. */
export async function followAgain(
  id: string,
  connection: string,
  tell: (outcome: Outcome) => void,
): Promise<void> {
  try {
    await follow(id, connection, undefined, tell, new AbortController().signal);
  } catch (error) {
    tell({ state: 'unreachable', message: messageOf(error) });
  }
}

function post(invocation: Invocation, how: How): Promise<ApiAnswer> {
  const headers = {
    'content-type': 'application/json',
    ...(how === 'queue' && { prefer: 'respond-async' }),
  };
  return callApi(pathBelow(invocation.connection, '/invocations'), {
    method: 'POST',
    headers,
    body: JSON.stringify(invocation),
  });
}

/** A gateway's own error has no reason: it is said in a sentence all the same. */
function toldOf(answer: ApiAnswer): Told {
  const told = readTold(answer.body);
  return told.succeeded ? told : { ...told, sentence: problemIn(answer) };
}

async function follow(
  id: string,
  connection: string,
  startedAtMs: number | undefined,
  tell: (outcome: Outcome) => void,
  signal: AbortSignal,
): Promise<void> {
  tell({ state: 'following', id, status: 'queued' });
  const query = `?connection=${encodeURIComponent(connection)}`;
  const path = pathBelow(connection, `/invocations/${encodeURIComponent(id)}${query}`);
  for (let looks = 0; looks < mostLooks && !signal.aborted; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs(looks)));
    const answer = await callApi(path);
    if (signal.aborted) return;
    const found = standing.safeParse(answer.body).data;
    if (answer.status !== 200 || !found) throw new Error(problemIn(answer));
    if (found.status === 'done') {
      const timeMs = startedAtMs === undefined ? undefined : performance.now() - startedAtMs;
      tell({ state: 'told', how: 'queue', told: readTold(found.result), timeMs, body: found.result });
      return;
    }
    tell({ state: 'following', id, status: found.status });
  }
  if (!signal.aborted)
    throw new Error('It is still queued after ten minutes: see the queue view, or look again later.');
}
