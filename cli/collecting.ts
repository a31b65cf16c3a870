import { type Result, resultSchema } from '../lib/result.ts';
import type { Inbox, Received } from './clients/queue.ts';
import { CommandFailed } from './ending.ts';

interface Collecting {
  readonly inbox: Inbox;
  readonly isWanted: (result: Result) => boolean;
  /** Is handed each wanted result, maybe twice; it is taken off the queue afterwards. @returns whether there is more to come. */
  readonly take: (result: Result) => Promise<boolean> | boolean;
  /** Without a wanted result for so long it is given up. */
  readonly patienceMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** So short that Ctrl+C is heard; a poll that is cut off would hide what it brought. */
const pollSeconds = 2;
/** The queue gives a result up after ten receives unless told otherwise: others' results must not get there because of us. */
const mostReceives = 8;

/**
 * Takes the wanted results off the result queue as they come. What belongs to somebody else is held back meanwhile, and given
 * back at the end: else the queue would hand it out again and again.
 */
export async function collect(collecting: Collecting): Promise<'all' | 'late' | 'interrupted'> {
  const { inbox, now, signal, patienceMs } = collecting;
  const others = new Map<string, Received>();
  let heardAtMs = now();
  try {
    while (!signal.aborted) {
      const received = await inbox.receive(pollSeconds);
      const { isOver, taken } = await sort(received, collecting, others);
      if (taken > 0) heardAtMs = now();
      if (isOver) return 'all';
      if (now() - heardAtMs >= patienceMs) return 'late';
    }
    return 'interrupted';
  } finally {
    await inbox.release([...others.values()]);
  }
}

async function sort(
  received: readonly Received[],
  { inbox, isWanted, take }: Collecting,
  others: Map<string, Received>,
): Promise<{ readonly isOver: boolean; readonly taken: number }> {
  const done: Received[] = [];
  let isOver = false;
  for (const message of received) {
    const result = resultIn(message.body);
    if (result && isWanted(result)) {
      isOver = !(await take(result)) || isOver;
      done.push(message);
    } else hold(message, others);
  }
  await inbox.delete(done);
  return { isOver, taken: done.length };
}

function hold(message: Received, others: Map<string, Received>): void {
  others.set(message.messageId, message);
  if (message.receives < mostReceives) return;
  throw new CommandFailed(
    'failed',
    "There are others' results on the result queue that nobody takes, and it gives up what is handed out ten times. Take them first: manage results -o FILE.",
  );
}

/** undefined where somebody else put something there that is no result. */
export function resultIn(body: string): Result | undefined {
  try {
    const parsed = resultSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
