import { createHash } from 'node:crypto';
import type { Operation } from '../../lib/catalogue/operation.ts';
import type { Invocation } from '../../lib/invocation.ts';
import { digestOf } from '../../lib/journal.ts';

/** Whoever agreed to a dry run had seen the world as it was then. */
export const confirmableMs = 15 * 60_000;

/** A write that an agent wants, before and after it is confirmed: the same arguments give the same `id`, on any worker at any time. */
export interface Proposal {
  readonly id: string;
  /** The request as it would be sent. */
  readonly rendered: unknown;
}

/**
 * The id of an agent's write, made of what it asks for: asked for twice it is one invocation, so the journal has it happen once.
 * @param key the agent's own word, for the same write a second time.
 */
export function writeId(operation: Operation, invocation: Invocation, key: string | undefined): string {
  const { connection, resolve } = invocation;
  const asked = [connection, digestOf(operation, invocation), resolve ?? false, key ?? null];
  return `agent-${digest(asked)}`;
}

/**
 * What confirms a proposal: a digest of what would be sent and of the time, which stands before it. It says that this very
 * request was shown, and is no key: what an agent may write is said by the connection's policy alone.
 */
export function tokenFor({ id, rendered }: Proposal, atMs: number): string {
  const at = Math.floor(atMs / 1_000).toString(36);
  return `${at}.${digest([id, rendered, at])}`;
}

/** Why a token does not confirm a proposal; undefined where it does. */
export function objection(token: string, proposal: Proposal, nowMs: number): string | undefined {
  const [, at = ''] = /^([0-9a-z]{1,8})\./.exec(token) ?? [];
  const atMs = Number.parseInt(at, 36) * 1_000;
  if (Number.isNaN(atMs) || token !== tokenFor(proposal, atMs))
    return 'The token is not of this request: the arguments are others than in the dry run, or names mean other ids by now.';
  return nowMs - atMs > confirmableMs
    ? `The token is older than ${confirmableMs / 60_000} minutes.`
    : undefined;
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
