import type { Queue } from '../../lib/clients/queue.ts';
import { CommandFailed } from '../ending.ts';
import type { Message } from './messages.ts';

interface Putting {
  readonly queue: Pick<Queue, 'sendAll'>;
  /** Messages that go out at once: within them SQS may change the order. */
  readonly together: number;
  readonly sleep: (waitMs: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Is told how many of this run are surely on the queue, each time that some are. */
  readonly onSent: (count: number) => void;
}

/** So many calls at a time; a FIFO queue keeps the order only where they go one after another. */
export const togetherOn = (queueUrl: string): number => (queueUrl.endsWith('.fifo') ? 10 : 100);

/** How long a refused message waits before it is tried again, in milliseconds each time: SQS throttles for moments. */
const retryWaitsMs = [200, 1_000, 3_000, 10_000];

/**
 * Puts messages on a queue in order: what goes out together is all there before the next goes out.
 * @returns false where it was interrupted. @throws CommandFailed where SQS does not take one.
 */
export async function putAll(messages: AsyncIterable<Message>, putting: Putting): Promise<boolean> {
  let chunk: Message[] = [];
  let sent = 0;
  const flush = async () => {
    await put(chunk, putting);
    sent += chunk.length;
    chunk = [];
    putting.onSent(sent);
  };
  for await (const message of messages) {
    chunk.push(message);
    if (chunk.length < putting.together) continue;
    await flush();
    if (putting.signal.aborted) return false;
  }
  if (chunk.length > 0) await flush();
  return true;
}

async function put(chunk: readonly Message[], { queue, sleep, signal }: Putting): Promise<void> {
  let waiting = chunk;
  for (const waitMs of [...retryWaitsMs, undefined]) {
    const texts = waiting.map(({ text }) => text);
    const refusals = await queue.sendAll(texts, (place) => {
      return { group: waiting[place]?.invocation.connection, tracked: false };
    });
    const left = waiting.filter((_, place) => refusals[place] !== undefined);
    const [first] = left;
    if (!first) return;
    if (waitMs === undefined || signal.aborted)
      throw notTaken(
        first,
        refusals.find((why) => why !== undefined),
      );
    waiting = left;
    await sleep(waitMs);
  }
}

const notTaken = ({ row }: Message, why = 'no reason given') =>
  new CommandFailed(
    'failed',
    `The queue did not take line ${row.line} (${why}). The same command goes on where it stopped.`,
  );
