import { type Connection, type Connections, signsInAlike } from './connection.ts';
import { type Failure, failureOf, judge, type Verdict } from './failure.ts';
import type { Wish } from './governor/desk.ts';
import type { Governor } from './governor.ts';
import type { ManageRequest } from './request.ts';
import { type OnHead, retryAfterMs, type Sent } from './response.ts';
import type { Site, Sites } from './site.ts';

export interface SendingParts {
  readonly connections: Connections;
  readonly sites: Sites;
  /** Sends once, never throws. @param budgetMs when to give up. */
  readonly send: (
    request: ManageRequest,
    site: Site,
    connection: Connection,
    budgetMs: number,
    onHead?: OnHead,
  ) => Promise<Sent>;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
  /** Keeps the calls of all workers below the limit of the connection. */
  readonly governor: Governor;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** The longest that one attempt may take, so that a read has time for a second one. */
  readonly attemptTimeoutMs: number;
}

/** A request that is ready to go. */
export interface Order extends Timing {
  readonly request: ManageRequest;
  /** Of a page. */
  readonly onHead?: OnHead;
}

/** When a call has its turn, and until when. */
export interface Timing {
  /** When it must be over, on the clock that the sender was given. */
  readonly deadlineMs: number;
  /** Whose turn comes first, and how often the message rested already. Absent: bulk that never rested. */
  readonly turn?: Pick<Wish, 'lane' | 'rests'>;
}

/** Stands before every try, as the journal stands before those of a write. */
interface Gate<Barrier> {
  /** @returns what keeps the try from going out; undefined where it may. */
  open(): Promise<Barrier | undefined>;
  /** The try that was let out was surely not executed. */
  release(): Promise<void>;
}

/**
 * How sending ended.
 * - `sent`: what came of the last try, and what the table says of it.
 * - `unsent`: no try went out, or none that was executed; `waitMs` where one can go later.
 */
export type Ending =
  | {
      readonly kind: 'sent';
      readonly sent: Sent;
      readonly verdict: Verdict;
      /** The one that the last try signed in by. */
      readonly connection: Connection;
      readonly retried: number;
    }
  | {
      readonly kind: 'unsent';
      readonly failure: Failure;
      readonly retried: number;
      readonly waitMs?: number;
    };

/**
 * Sends until the verdict is not to send again, within the order's deadline. Bounded by the verdict's own count of retries.
 * @returns how it ended, or what the gate said that did not open.
 */
export async function sendOrder<Barrier = never>(
  parts: SendingParts,
  order: Order,
  first: Connection,
  gate?: Gate<Barrier>,
): Promise<Ending | Barrier> {
  let connection = first;
  const tries = { retried: 0, renewed: { secret: false, site: false } };
  for (;;) {
    if (!hasTime(parts, order)) return outOfTime(order, tries.retried);
    const found = await parts.sites.find(connection, budgetMs(parts, order));
    if (!found.found && 'failure' in found)
      return { kind: 'unsent', failure: found.failure, retried: tries.retried };
    if (!found.found) {
      const verdict = judge(found.sent, { ...beforeSending, retried: tries.retried, random: parts.random() });
      if (!mayRetry(parts, order, verdict)) return undiscovered(order, found.sent, verdict, tries.retried);
      await parts.sleep(verdict.waitMs);
    } else {
      const refusal = await admitted(parts, order, connection);
      if (refusal) return { ...refusal, retried: tries.retried };
      const barrier = await gate?.open();
      if (barrier) return barrier;
      // Asking for the site and the journal may have taken the rest: a write that the clock cuts off is in doubt.
      if (!hasTime(parts, order)) {
        await gate?.release();
        return outOfTime(order, tries.retried);
      }
      const startedAtMs = parts.now();
      const sent = await parts.send(
        order.request,
        found.site,
        connection,
        budgetMs(parts, order),
        order.onHead,
      );
      await observed(parts, connection, sent, parts.now() - startedAtMs);
      const verdict = judge(sent, {
        ...tries,
        writes: order.request.writes,
        cloud: found.site.cloud,
        random: parts.random(),
      });
      // A worker that dies while it waits for the next try leaves no doubt behind.
      if (verdict.action === 'retry' || verdict.action === 'wait') await gate?.release();
      const next = mayRetry(parts, order, verdict)
        ? await renew(parts, order, verdict, connection, found.site)
        : undefined;
      if (!next) return { kind: 'sent', sent, verdict, connection, retried: tries.retried };
      connection = next;
      if (verdict.action === 'retry' && verdict.renew) tries.renewed[verdict.renew] = true;
    }
    tries.retried += 1;
  }
}

/** While the site is still being asked for, nothing of the operation went out: a write can be tried again like a read. */
const beforeSending = { writes: false, cloud: false, renewed: { secret: true, site: true } };

type Retry = Verdict & { readonly action: 'retry' };

/** A try that would have less than a second is not begun: it could only end in a timeout. */
const hasTime = ({ now }: SendingParts, { deadlineMs }: Order, waitMs = 0): boolean =>
  deadlineMs - now() - waitMs > 1_000;

const mayRetry = (parts: SendingParts, order: Order, verdict: Verdict): verdict is Retry =>
  verdict.action === 'retry' && hasTime(parts, order, verdict.waitMs);

const budgetMs = ({ now, attemptTimeoutMs }: SendingParts, { deadlineMs }: Order) =>
  Math.max(1, Math.min(attemptTimeoutMs, deadlineMs - now()));

/** Makes ready for another try. @returns the connection to try with; undefined where a try would only end the same. */
async function renew(
  parts: SendingParts,
  order: Order,
  verdict: Retry,
  connection: Connection,
  site: Site,
): Promise<Connection | undefined> {
  if (verdict.renew === 'secret') {
    const fresh = await parts.connections.renew(connection);
    // The same key again would be refused again, and may lock the member out.
    return fresh.found && !signsInAlike(fresh.connection, connection) ? fresh.connection : undefined;
  }
  if (verdict.renew === 'site') {
    const fresh = await parts.sites.renew(connection, budgetMs(parts, order));
    return fresh.found && fresh.site.baseUrl !== site.baseUrl ? connection : undefined;
  }
  await parts.sleep(verdict.waitMs);
  return connection;
}

/** How long a call may wait in place for its turn: a caller of the API listens, and a batch holds its worker. */
const patienceMs = { interactive: 10_000, bulk: 15_000 } as const;

/** Waits for the connection's turn. @returns how sending ends where it does not come soon; undefined where it has come. */
async function admitted(
  parts: SendingParts,
  order: Order,
  connection: Connection,
): Promise<Omit<Ending & { readonly kind: 'unsent' }, 'retried'> | undefined> {
  const { lane, rests = 0 } = order.turn ?? { lane: 'bulk' };
  const leftMs = order.deadlineMs - parts.now() - budgetReserveMs;
  const wish = { lane, rests, patienceMs: Math.max(0, Math.min(patienceMs[lane], leftMs)) };
  const admission = await parts.governor.admit(connection.name, wish);
  if (admission.admitted) return undefined;
  const { method, path } = order.request;
  const message = `Connection '${connection.name}' is at the rate limit of ConnectWise, so ${method} ${path} was not sent yet.`;
  const failure = { reason: 'rate_limited', message };
  return { kind: 'unsent', failure, waitMs: admission.waitMs };
}

/** What a call needs at the least after it has waited for its turn. */
const budgetReserveMs = 5_000;

async function observed(
  { governor }: SendingParts,
  { name }: Connection,
  sent: Sent,
  latencyMs: number,
): Promise<void> {
  if (sent.kind !== 'response') return;
  const isLimited = sent.response.status === 429;
  const askedMs = isLimited ? retryAfterMs(sent.response) : undefined;
  const kind = isLimited ? 'limited' : 'answered';
  await governor.observe(name, { kind, latencyMs, ...(askedMs !== undefined && { retryAfterMs: askedMs }) });
}

/** Nothing of this try went out, so it can go again, when there is more time. */
function outOfTime({ request }: Order, retried: number): Ending {
  const message = `No time was left for ${request.method} ${request.path}, so it was not sent.`;
  return { kind: 'unsent', failure: { reason: 'timed_out', message }, retried, waitMs: 1_000 };
}

/** The site could not be asked where its API is. What it answered to that is not an answer to the operation. */
function undiscovered({ request }: Order, sent: Sent, verdict: Verdict, retried: number): Ending {
  const asked = { ...request, method: 'GET', path: '/login/companyinfo' } as const;
  const { reason, message } = failureOf(sent, verdict, asked);
  const failure = { reason, message: `${message} ${request.method} ${request.path} was not sent.` };
  return {
    kind: 'unsent',
    failure,
    retried,
    ...(verdict.action === 'wait' && { waitMs: verdict.waitMs }),
  };
}
