import { createQueue, type Queue, type QueueSettings } from './queue.ts';
import { accountId, region } from './region.ts';

/** All queues of this machine, by name. */
export interface Queues {
  create(settings: QueueSettings): Queue;
  find(name: string): Queue | undefined;
  /** By URL: its last segment is the queue's name. */
  at(queueUrl: string): Queue | undefined;
  all(): readonly Queue[];
  delete(name: string): void;
}

export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;
export const queueNameIn = (arnOrUrl: string): string => arnOrUrl.split(/[:/]/).at(-1) ?? '';

export function createQueues(now: () => number): Queues {
  const queues = new Map<string, Queue>();
  return {
    create: (settings) => {
      const queue = createQueue(settings, now, (message) => {
        queues.get(settings.redrive?.queueName ?? '')?.adopt(message, settings.name);
      });
      queues.set(settings.name, queue);
      return queue;
    },
    find: (name) => queues.get(name),
    at: (queueUrl) => queues.get(queueNameIn(queueUrl)),
    all: () => [...queues.values()],
    delete: (name) => {
      queues.delete(name);
    },
  };
}
