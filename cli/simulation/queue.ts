import type { Clock } from './clock.ts';

export interface Message {
  readonly connection: string;
  receives: number;
}

/** An SQS queue and the event source that hands its messages to idle workers. */
export interface SimulatedQueue {
  send(message: Message): void;
  /** Lets a message be seen again later; SQS counts whole seconds. */
  rest(message: Message, waitMs: number): void;
}

const batchSize = 10;
const deliveryMs = 15;

/**
 * @param workers each handles a batch and resolves when it is free again. The one that was freed last is warm and gets the
 * next batch, like Lambda keeps few environments busy rather than many.
 */
export function createSimulatedQueue(
  clock: Clock,
  workers: readonly ((batch: readonly Message[]) => Promise<void>)[],
): SimulatedQueue {
  const idle = [...workers];
  let visible: Message[] = [];
  let first = 0;
  let isScheduled = false;

  const deliver = () => {
    isScheduled = false;
    while (first < visible.length) {
      const worker = idle.pop();
      if (!worker) return;
      const batch = visible.slice(first, first + batchSize);
      first += batch.length;
      if (first > 20_000) [visible, first] = [visible.slice(first), 0];
      for (const message of batch) message.receives += 1;
      void worker(batch).then(() => {
        idle.push(worker);
        schedule();
      });
    }
  };
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    clock.at(clock.now() + deliveryMs, deliver);
  };
  const send = (message: Message) => {
    visible.push(message);
    schedule();
  };
  return {
    send,
    rest: (message, waitMs) => clock.at(clock.now() + Math.ceil(waitMs / 1_000) * 1_000, () => send(message)),
  };
}
