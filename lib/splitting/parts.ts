import type { Connection } from '../connection.ts';
import { isSuccess, jsonOf, type ManageResponse } from '../response.ts';
import { type Ending, type Order, type SendingParts, sendOrder } from '../sending.ts';
import type { Split } from './split.ts';
import { createUnion } from './union.ts';

/** A request that may have to be sent in parts. */
export interface DivisibleOrder extends Order {
  readonly split?: Split;
}

/** Sends an order, in parts where it is split: one after the other, until one ends otherwise than well. That is the end of all. */
export async function sendDivisible(
  parts: SendingParts,
  { split, ...order }: DivisibleOrder,
  first: Connection,
): Promise<Ending> {
  if (!split) return sendOrder(parts, order, first);
  const union = createUnion(split);
  let answered: { readonly ending: Ending & { kind: 'sent' }; readonly response: ManageResponse } | undefined;
  let retried = 0;
  for (const request of split.requests) {
    const ending = await sendOrder(parts, { ...order, request }, answered?.ending.connection ?? first);
    retried += ending.retried;
    if (ending.kind === 'unsent') return { ...(answered ? unfinished(ending) : ending), retried };
    const { sent } = ending;
    if (sent.kind !== 'response' || !isSuccess(sent.response)) return { ...ending, retried };
    if (!union.add(jsonOf(sent.response.bytes))) return { ...unreadable(split), retried };
    answered = { ending, response: sent.response };
  }
  if (!answered) return unreadable(split);
  const response = answerOf(answered.response, union.whole());
  return { ...answered.ending, sent: { kind: 'response', response }, retried };
}

/** The parts before it took the time that this one lacks: the next try would end no better. */
function unfinished(ending: Ending & { readonly kind: 'unsent' }): Ending {
  const { waitMs, ...rest } = ending;
  return ending.failure.reason === 'timed_out' ? rest : ending;
}

/** There is no one answer to show, so this is told as if there were none. */
function unreadable({ requests }: Split): Ending {
  const message = `The filter was too long for one call and sent in ${requests.length}. One of them was answered by something that cannot be put together with the others, so nothing of it is given. Ask for less at once.`;
  return { kind: 'unsent', failure: { reason: 'parts_not_merged', message }, retried: 0 };
}

/** The last answer with the whole in the place of its body. Other headers, such as its links, are about a part alone. */
function answerOf({ status, headers }: ManageResponse, whole: unknown): ManageResponse {
  const kept = ['content-type', 'x-cw-request-id'];
  return {
    status,
    headers: { get: (name) => (kept.includes(name.toLowerCase()) ? headers.get(name) : null) },
    bytes: Buffer.from(JSON.stringify(whole)),
  };
}
