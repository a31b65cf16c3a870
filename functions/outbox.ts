import type { Queue } from '../lib/clients/queue.ts';

/** SQS takes as many messages in one call. */
const fullBatch = 10;

/** Results on their way to the result queue, sent together where they come together. */
export interface Outbox {
  /** @returns why the result did not get out; undefined where it did. */
  send(text: string): Promise<string | undefined>;
  /** Sends what waits, now: nothing else will come. */
  flush(): void;
}

interface Waiting {
  readonly text: string;
  readonly done: (refusal: string | undefined) => void;
}

/**
 * Gathers the results of a batch, so that they go in one call, but lets none wait for a slow neighbour: a first result is sent
 * `gatherMs` after it came at the latest.
 */
export function createOutbox(
  queue: Queue,
  gatherMs: number,
  sleep: (waitMs: number) => Promise<void>,
): Outbox {
  let waiting: Waiting[] = [];

  const flush = () => {
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) void sendTogether(queue, batch);
  };
  const flushLater = async (batch: readonly Waiting[]) => {
    await sleep(gatherMs);
    if (batch === waiting) flush();
  };
  return {
    send: (text) =>
      new Promise((done) => {
        waiting.push({ text, done });
        if (waiting.length === 1) void flushLater(waiting);
        if (waiting.length >= fullBatch) flush();
      }),
    flush,
  };
}

async function sendTogether(queue: Queue, batch: readonly Waiting[]): Promise<void> {
  let refusals: readonly (string | undefined)[];
  try {
    refusals = await queue.sendAll(batch.map(({ text }) => text));
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown error';
    refusals = batch.map(() => why);
  }
  for (const [place, { done }] of batch.entries()) done(refusals[place]);
}
