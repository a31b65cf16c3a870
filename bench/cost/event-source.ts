import type { Clock } from '../../cli/simulation/clock.ts';
import { queueHandler } from '../../functions/queue.ts';
import { createServices, type Outside } from '../../functions/services.ts';
import { sqsRecord } from '../../local/sqs-record.ts';
import { context } from '../outside/events.ts';
import { settings } from '../outside/in-memory.ts';
import { platformBytes } from './counted-log.ts';
import { sqsRequests } from './counted-outside.ts';
import { cpuMs } from './cpu.ts';
import type { Usage } from './usage.ts';

const batchSize = 10;
/** From a message's arrival to the function: the event source polls long. */
const deliveryMs = 15;

interface Message {
  readonly id: string;
  readonly body: string;
  receives: number;
}

/** The event source of the queue function, on a simulated clock: what it asks of SQS and Lambda is counted. */
export interface EventSource {
  send(message: object): void;
  /** For the queue that is handed to the functions. */
  rest(receiptHandle: string, waitMs: number): void;
  /** Messages that are neither done nor buried. */
  left(): number;
  /** The most messages that were out of sight at once: they count against SQS's 120,000. */
  mostInFlight(): number;
}

/** @param workers how many functions run at once, as `maxConcurrency` says. */
export function createEventSource(
  clock: Clock,
  usage: Usage,
  workers: number,
  outside: () => Outside,
): EventSource {
  const idle = Array.from({ length: workers }, () => createWorker(outside));
  let isScheduled = false;

  const deliver = () => {
    isScheduled = false;
    while (messages.areVisible()) {
      const worker = idle.pop();
      if (!worker) return;
      void run(worker, messages.take());
    }
  };
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    clock.at(clock.now() + deliveryMs, deliver);
  };
  const messages = createMessages(clock, schedule);
  const run = async (worker: Worker, batch: readonly Message[]) => {
    usage.receives += sqsRequests(batch.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0));
    usage.invokes += 1;
    usage.logBytes += platformBytes;
    usage.cpuMs += cpuMs.batch + batch.length * cpuMs.message;
    const fromMs = clock.now();
    const response = await worker({ Records: batch.map(recordOf) }, context);
    usage.waitedMs += clock.now() - fromMs;
    const returned = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = batch.filter(({ id }) => !returned.has(id));
    // The event source deletes what is done of a batch with one request.
    if (done.length > 0) usage.deletes += 1;
    messages.remove(done);
    for (const message of batch.filter(({ id }) => returned.has(id))) messages.comeBack(message);
    idle.push(worker);
    schedule();
  };
  const { send, rest, left, mostInFlight } = messages;
  return { send, rest, left, mostInFlight };
}

type Worker = ReturnType<typeof queueHandler>;

/** A queue function whose services are built at its first batch. */
function createWorker(outside: () => Outside): Worker {
  let services: ReturnType<typeof createServices> | undefined;
  return queueHandler(() => {
    services ??= createServices(settings, outside());
    return services;
  });
}

/**
 * What the queue holds.
 * @param arrived is told of each message that can be taken from now on.
 */
function createMessages(clock: Clock, arrived: () => void) {
  const visible: Message[] = [];
  const open = new Map<string, Message>();
  const resting = new Map<string, number>();
  let mostInFlight = 0;
  let sent = 0;

  const show = (message: Message) => {
    visible.push(message);
    arrived();
  };
  return {
    send: (message: object) => {
      sent += 1;
      const made = { id: `message-${sent}`, body: JSON.stringify(message), receives: 0 };
      open.set(made.id, made);
      show(made);
    },
    areVisible: () => visible.length > 0,
    take: (): readonly Message[] => {
      const batch = visible.splice(0, batchSize);
      for (const message of batch) message.receives += 1;
      mostInFlight = Math.max(mostInFlight, open.size - visible.length);
      return batch;
    },
    remove: (done: readonly Message[]) => {
      for (const { id } of done) open.delete(id);
    },
    rest: (receiptHandle: string, waitMs: number) => void resting.set(receiptHandle, waitMs),
    comeBack: (message: Message) => {
      const waitMs = resting.get(message.id) ?? 720_000;
      resting.delete(message.id);
      // SQS counts whole seconds.
      clock.at(clock.now() + Math.ceil(waitMs / 1_000) * 1_000, () => show(message));
    },
    left: () => open.size,
    mostInFlight: () => mostInFlight,
  };
}

const recordOf = ({ id, body, receives }: Message) =>
  sqsRecord(
    {
      MessageId: id,
      ReceiptHandle: id,
      Body: body,
      Attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: '0' },
    },
    'arn:aws:sqs:eu-west-1:000000000000:invocations',
  );
