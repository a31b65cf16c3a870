import { createHash, randomUUID } from 'node:crypto';
import { type Backlog, createBacklog, type Waiting } from './backlog.ts';

export interface QueueSettings {
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  /** Where a message goes that was received this many times and not deleted. */
  readonly redrive: { readonly queueName: string; readonly maxReceiveCount: number } | undefined;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  /** In base64, as it travels. */
  readonly BinaryValue?: string | undefined;
}

export interface NewMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly group: string | undefined;
  readonly delaySeconds: number | undefined;
}

export interface QueuedMessage extends Omit<NewMessage, 'delaySeconds'>, Waiting {
  readonly sentAtMs: number;
  /** The queue that gave it up. */
  readonly movedFrom: string | undefined;
  readonly receiveCount: number;
  readonly firstReceivedAtMs: number | undefined;
  readonly receiptHandle: string;
}

export interface Queue {
  readonly settings: QueueSettings;
  send(message: NewMessage): QueuedMessage;
  /** Takes at the most `max` visible messages and hides them. */
  receive(max: number, visibilitySeconds?: number): QueuedMessage[];
  /** Deletes what was received by this handle; false where the handle is none of this queue's. */
  remove(receiptHandle: string): boolean;
  /** Lets a message come back this long from now; false where it is not in flight. */
  hide(receiptHandle: string, visibilitySeconds: number): boolean;
  /** Takes in a message that another queue gave up. */
  adopt(message: QueuedMessage, movedFrom: string | undefined): void;
  /** Gives up all visible messages, or those of these ids, to be moved elsewhere. */
  release(ids?: ReadonlySet<string>): QueuedMessage[];
  /** All that is here, for who wants to look without taking. */
  look(): { readonly visible: readonly QueuedMessage[]; readonly hidden: readonly QueuedMessage[] };
  count(): { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  purge(): void;
  /** Is told of each message that is sent here from now on, and takes none away. */
  watch(listener: (message: QueuedMessage) => void): void;
  /** Drops the oldest of what waits here beyond so many. */
  trim(most: number): void;
}

const unseen = { receiveCount: 0, firstReceivedAtMs: undefined, receiptHandle: '' };

/**
 * A standard SQS queue in memory; nothing happens between calls.
 * @param giveUp is handed each message that was received too often, at the receive that would be one too many.
 */
export function createQueue(
  settings: QueueSettings,
  now: () => number,
  giveUp: (message: QueuedMessage) => void,
): Queue {
  const backlog = createBacklog<QueuedMessage>(now);
  const listeners: ((message: QueuedMessage) => void)[] = [];
  const scope = createHash('sha256').update(settings.name).digest('hex').slice(0, 16);
  return {
    settings,
    send: ({ delaySeconds = settings.delaySeconds, ...message }) => {
      const queued = newcomer(message, now(), delaySeconds);
      backlog.put(queued);
      for (const listener of listeners) listener(queued);
      return queued;
    },
    receive: (max, visibilitySeconds = settings.visibilitySeconds) => {
      const taken: QueuedMessage[] = [];
      for (let next = backlog.take(); next; next = backlog.take()) {
        const fate = fateOf(next, settings, now());
        if (fate === 'deliver') taken.push(next);
        if (fate === 'give up') giveUp(next);
        if (taken.length === max) break;
      }
      return taken.map((message) => {
        const delivered = deliver(message, scope, now(), visibilitySeconds);
        backlog.put(delivered);
        return delivered;
      });
    },
    remove: (receiptHandle) => {
      const id = idIn(receiptHandle, scope);
      if (id !== undefined) backlog.remove(id);
      return id !== undefined;
    },
    hide: (receiptHandle, visibilitySeconds) => {
      const message = backlog.findHidden(idIn(receiptHandle, scope) ?? '');
      if (!message || message.receiveCount === 0) return false;
      backlog.put({ ...message, hiddenUntilMs: now() + visibilitySeconds * 1000 });
      return true;
    },
    adopt: (message, movedFrom) => backlog.put({ ...message, ...unseen, movedFrom, hiddenUntilMs: now() }),
    release: (ids) => {
      const released = backlog.visible().filter(({ id }) => !ids || ids.has(id));
      for (const { id } of released) backlog.remove(id);
      return released;
    },
    look: () => ({ visible: backlog.visible(), hidden: backlog.hidden() }),
    count: () => countOf(backlog),
    purge: () => backlog.clear(),
    watch: (listener) => {
      listeners.push(listener);
    },
    trim: (most) => {
      for (let over = backlog.visibleCount - most; over > 0; over--) backlog.take();
    },
  };
}

function newcomer(
  message: Omit<NewMessage, 'delaySeconds'>,
  nowMs: number,
  delaySeconds: number,
): QueuedMessage {
  const origin = { id: randomUUID(), sentAtMs: nowMs, movedFrom: undefined };
  return { ...message, ...unseen, ...origin, hiddenUntilMs: nowMs + delaySeconds * 1000 };
}

function countOf(backlog: Backlog<QueuedMessage>): ReturnType<Queue['count']> {
  const hidden = backlog.hidden();
  const inFlight = hidden.filter((message) => message.receiveCount > 0).length;
  return { visible: backlog.visibleCount, inFlight, delayed: hidden.length - inFlight };
}

/** @returns undefined where the handle is of another queue. */
function idIn(receiptHandle: string, scope: string): string | undefined {
  const [owner, id] = receiptHandle.split('/');
  return owner === scope ? id : undefined;
}

function deliver(
  message: QueuedMessage,
  scope: string,
  nowMs: number,
  visibilitySeconds: number,
): QueuedMessage {
  return {
    ...message,
    receiptHandle: `${scope}/${message.id}/${randomUUID()}`,
    receiveCount: message.receiveCount + 1,
    firstReceivedAtMs: message.firstReceivedAtMs ?? nowMs,
    hiddenUntilMs: nowMs + visibilitySeconds * 1000,
  };
}

/** A message that was kept too long vanishes. One that was received too often is given up, even at its last visible moment. */
function fateOf(
  message: QueuedMessage,
  settings: QueueSettings,
  nowMs: number,
): 'deliver' | 'give up' | 'expired' {
  if (message.sentAtMs + settings.retentionSeconds * 1000 <= nowMs) return 'expired';
  return settings.redrive && message.receiveCount >= settings.redrive.maxReceiveCount ? 'give up' : 'deliver';
}
