import type { Inbox, Received } from './clients/queue.ts';

/** As many as a person looks through; SQS shows them ten at a time. */
const mostPeeked = 1_000;
/** Long enough to see them all once, and soon over where this ends without giving them back. */
const hiddenSeconds = 60;

/**
 * Looks at what waits on a queue, and gives it back. A queue of dead letters gives nothing up, however often it is looked at.
 * @param isKept what stays with us, to be deleted.
 */
export async function peek(
  inbox: Inbox,
  isKept: (received: Received) => boolean = () => false,
): Promise<readonly Received[]> {
  const seen = new Map<string, Received>();
  try {
    for (let before = -1; seen.size > before && seen.size < mostPeeked; ) {
      before = seen.size;
      for (const received of await inbox.receive(1, hiddenSeconds)) seen.set(received.messageId, received);
    }
    return [...seen.values()];
  } finally {
    await inbox.release([...seen.values()].filter((received) => !isKept(received)));
  }
}
