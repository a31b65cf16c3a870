import type { Entry } from '../lib/journal.ts';
import type { Result } from '../lib/result.ts';
import { timeText } from '../lib/time-text.ts';

/** Where an invocation stands that the journal knows. Times are in UTC. */
type Standing =
  | { readonly status: 'queued'; readonly since: string }
  /** `in_doubt`: it was sent, and its worker did not say how it ended; it will be settled by a look-up. */
  | { readonly status: 'running' | 'in_doubt'; readonly sentAt: string }
  | { readonly status: 'done'; readonly doneAt: string; readonly result: Result };

/** What an entry of the journal means to who asks for it at this moment. */
export function standingOf(entry: Entry, nowMs: number): Standing {
  switch (entry.state) {
    case 'waiting':
      return { status: 'queued', since: timeText(entry.sinceMs) };
    case 'dispatched': {
      const status = entry.leaseUntilMs > nowMs ? 'running' : 'in_doubt';
      return { status, sentAt: timeText(entry.dispatchedAtMs) };
    }
    case 'done':
      return { status: 'done', doneAt: timeText(entry.doneAtMs), result: entry.result };
  }
}
