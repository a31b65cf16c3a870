import * as z from 'zod/mini';
import type { Operation } from './catalogue/operation.ts';
import { destructionOf } from './destruction.ts';
import { quoted } from './explanation.ts';
import type { Failure } from './failure.ts';
import { writes } from './request.ts';

/** An operationId, a GUID, or a method and a path; `*` stands for any text, slashes too. */
const pattern = z
  .string()
  .check(
    z.trim(),
    z.maxLength(300),
    z.regex(
      /^(?:[\w*-]+|(?:GET|POST|PUT|PATCH|DELETE|\*) [/*]\S*)$/i,
      'must be an operationId such as postServiceTickets, or a method and a path such as "PATCH /service/*"',
    ),
  );

const oneName = pattern.check(
  z.regex(/^[^*]*$/, 'must name one operation, without *: what destroys is allowed one by one'),
);

/** What a connection says of the writes that may go out by it. */
export const policySchema = z
  .strictObject({
    writes: z.union(
      [z.enum(['all', 'none']), z.array(pattern)],
      'must be "all", "none", or a list of operations such as ["postServiceTickets", "PATCH /service/*"]',
    ),
    destructive: z.optional(z.array(oneName)),
  })
  .check(
    z.refine(({ writes, destructive = [] }) => writes !== 'none' || destructive.length === 0, {
      path: ['destructive'],
      error: 'must be empty where writes is "none"',
    }),
  );

export type Policy = z.infer<typeof policySchema>;

/**
 * Why a connection does not let an operation go out; undefined where it does. A read always may, and without a policy
 * everything may. What destroys needs to be named in `destructive`, whatever `writes` says, and nothing else.
 */
export function prohibition(
  { name, policy }: { readonly name: string; readonly policy?: Policy | undefined },
  operation: Operation,
): Failure | undefined {
  if (!policy || !writes(operation)) return undefined;
  const { operationId, method, path } = operation;
  const destruction = destructionOf(operation);
  const refused = (rule: string, mend: string): Failure => ({
    reason: 'not_allowed',
    message: `${operationId} (${method} ${path}) was not sent: connection '${name}' ${rule}. ${mend}`,
  });
  if (destruction !== undefined) {
    if (policy.destructive?.some((entry) => names(entry, operation))) return undefined;
    const rule = `allows what destroys only where policy.destructive names it, and this one ${destruction}`;
    return refused(rule, `Add "${operationId}" to policy.destructive in the connection's secret.`);
  }
  if (policy.writes === 'all') return undefined;
  if (policy.writes === 'none')
    return refused('is for reading only, as policy.writes is "none"', 'Use another connection for writes.');
  if (policy.writes.some((entry) => names(entry, operation))) return undefined;
  const rule = `allows only the writes in policy.writes, and none of the ${policy.writes.length} there matches`;
  return refused(rule, `Add "${operationId}" to policy.writes in the connection's secret.`);
}

/** Whether an entry of a policy means an operation, by any of its ids or its route, in any case as the catalogue finds it. */
function names(entry: string, { id, operationId, formerIds, method, path }: Operation): boolean {
  const glob = entry.toLowerCase();
  return [id, operationId, ...formerIds, `${method} ${path}`, `${method} ${path.replace(/\/$/, '')}`].some(
    (name) => matches(glob, name.toLowerCase()),
  );
}

/** By pieces and not by a regular expression, which many stars would make as slow as they like. */
function matches(glob: string, text: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

/**
 * What in a policy has no effect, a sentence each: it is a mistyped name mostly, and stops nothing from being refused. Not told
 * when a call is made: a catalogue of another version may know what this one does not.
 */
export function idleEntries(policy: Policy, operations: readonly Operation[]): readonly string[] {
  const written = operations.filter(writes);
  const kept = Array.isArray(policy.writes) ? policy.writes : [];
  return [
    ...kept.flatMap((entry) => {
      const meant = written.filter((operation) => names(entry, operation));
      if (meant.length === 0)
        return [`policy.writes: ${quoted(entry)} matches no operation that writes. ${lookIt}`];
      return meant.every(destructionOf)
        ? [`policy.writes: ${quoted(entry)} matches only what destroys, which policy.destructive must name.`]
        : [];
    }),
    ...(policy.destructive ?? []).flatMap((entry) => {
      const meant = written.find((operation) => names(entry, operation));
      if (!meant) return [`policy.destructive: ${quoted(entry)} names no operation that writes. ${lookIt}`];
      return destructionOf(meant)
        ? []
        : [`policy.destructive: ${quoted(entry)} destroys nothing. Name it in policy.writes.`];
    }),
  ];
}

const lookIt = 'Look it up: manage operations search WORDS.';
