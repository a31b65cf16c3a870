import * as z from 'zod/mini';
import type { ConnectionCounts, DeadLetter } from '../console/overview.ts';
import type { Queue, QueuedMessage } from './queue.ts';

/** What two queues hold, by connection, and the dead letters one by one. */
interface QueueContents {
  readonly byConnection: readonly ConnectionCounts[];
  readonly deadLetters: readonly DeadLetter[];
}

/** As many dead letters as a person looks through, and as much of each. */
const mostShown = 100;
const longestBody = 1_000;

const headSchema = z.object({
  id: z.optional(z.string()),
  connection: z.optional(z.string()),
  operationId: z.optional(z.string()),
});
type Head = z.infer<typeof headSchema>;

/**
 * Looks into the queues without taking anything, which SQS itself cannot do. A message is parsed once, at the first look that
 * finds it: tens of thousands may wait while somebody looks once a second.
 */
export function createContentsReader(invocations: Queue, deadLetters: Queue): () => QueueContents {
  let known = new Map<string, Head>();
  return () => {
    const waiting = invocations.look();
    const dead = deadLetters.look();
    const seen = new Map<string, Head>();
    const headOf = (message: QueuedMessage): Head => {
      const head = known.get(message.id) ?? readHead(message.body);
      seen.set(message.id, head);
      return head;
    };
    const counts = new Map<string, { waiting: number; inFlight: number; dead: number }>();
    const count = (
      messages: readonly QueuedMessage[],
      where: (it: QueuedMessage) => keyof Omit<ConnectionCounts, 'connection'>,
    ) => {
      for (const message of messages) {
        const connection = connectionOf(message, headOf(message));
        const own = counts.get(connection) ?? { waiting: 0, inFlight: 0, dead: 0 };
        own[where(message)] += 1;
        counts.set(connection, own);
      }
    };
    count(waiting.visible, () => 'waiting');
    count(waiting.hidden, ({ receiveCount }) => (receiveCount > 0 ? 'inFlight' : 'waiting'));
    count([...dead.visible, ...dead.hidden], () => 'dead');
    const letters = [
      ...dead.visible.map((message) => letterOf(message, headOf(message), false)),
      ...dead.hidden.map((message) => letterOf(message, headOf(message), true)),
    ];
    known = seen;
    return {
      byConnection: [...counts].map(([connection, own]) => ({ connection, ...own })),
      deadLetters: letters.toSorted((a, b) => b.sentAtMs - a.sentAtMs).slice(0, mostShown),
    };
  };
}

/** What the message says, else the group that it was sent in. */
const connectionOf = ({ group = '' }: QueuedMessage, { connection = group }: Head): string => connection;

function letterOf(message: QueuedMessage, head: Head, isTaken: boolean): DeadLetter {
  const { id, body, attributes, receiveCount, sentAtMs } = message;
  const given = attributes['why']?.StringValue;
  return {
    messageId: id,
    ...(head.id !== undefined && { id: head.id }),
    connection: connectionOf(message, head),
    ...(head.operationId !== undefined && { operationId: head.operationId }),
    why:
      given ??
      (message.movedFrom === undefined
        ? 'It was put here by hand.'
        : 'Its queue gave it up: it was received too often.'),
    sentAtMs,
    body: body.slice(0, longestBody),
    isCut: body.length > longestBody,
    isTaken: isTaken && receiveCount > 0,
  };
}

/** What cannot be read names nothing: that may be why it is dead. */
function readHead(body: string): Head {
  try {
    return headSchema.safeParse(JSON.parse(body)).data ?? {};
  } catch {
    return {};
  }
}
