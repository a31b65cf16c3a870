import type { Connection } from '../connection.ts';
import { type SendingParts, sendOrder, type Timing } from '../sending.ts';
import type { LookUp } from './look-up.ts';
import type { Seen } from './seen.ts';

/** ConnectWise writes times in whole seconds, and the `Date` header that its clock is told by has no more either. */
const precisionMs = 3_000;

/**
 * Asks ConnectWise what became of a write. It reads, and only reads.
 * @param sentAtMs when the write may have left at the earliest, on our clock.
 */
export async function settle(
  parts: SendingParts,
  lookUp: LookUp,
  connection: Connection,
  sentAtMs: number,
  { deadlineMs, turn }: Timing,
): Promise<Seen> {
  const order = { request: lookUp.request, deadlineMs, ...(turn && { turn }) };
  const ending = await sendOrder(parts, order, connection);
  if (ending.kind !== 'sent' || ending.sent.kind !== 'response')
    return { kind: 'unread', why: 'The look-up was not answered.' };
  const { response } = ending.sent;
  const serverMs = Date.parse(response.headers.get('date') ?? '');
  const aheadMs = Number.isNaN(serverMs) ? 0 : serverMs - parts.now();
  return lookUp.read({ response, sinceMs: sentAtMs + aheadMs - precisionMs });
}
