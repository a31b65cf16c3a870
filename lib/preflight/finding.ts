import * as z from 'zod/mini';
import type { Span } from '../conditions/position.ts';
import { described } from '../described.ts';

/** What is wrong with an invocation, or may be. Published as a part of the result. */
export const findingSchema = z.strictObject({
  severity: described(
    z.enum(['error', 'warning']),
    'error: ConnectWise surely refuses it. warning: it may, or the document is wrong.',
  ),
  path: described(z.string(), 'Where: inputs.id, request.company.id, request[0].path.'),
  reason: described(z.string(), 'A stable word to switch on, such as unknown_member.'),
  message: described(z.string(), 'A sentence for a person: what is wrong. What was given is never quoted.'),
  mend: described(z.string(), 'What to do about it.'),
});

export type Finding = z.infer<typeof findingSchema>;
export type Severity = Finding['severity'];

/**
 * Takes a finding down. `advice` is called only for one that is kept: looking for the nearest name is what costs.
 * `at` is where in the text at `path` it stands, where that is a filter: an editor marks it there.
 */
export type Report = (severity: Severity, path: string, advice: () => Advice, at?: Span) => void;
export type Advice = Pick<Finding, 'reason' | 'message' | 'mend'>;

const maxFindings = 50;

/**
 * Gathers what a check reports: errors first, each strength in the order in which it was found, 50 of them at the most.
 * Where there are more, a last one (`more_findings`) says how many: a body of a megabyte could make as long a result.
 */
export function gather(check: (report: Report) => void): readonly Finding[] {
  const kept: Record<Severity, Finding[]> = { error: [], warning: [] };
  const counts: Record<Severity, number> = { error: 0, warning: 0 };
  check((severity, path, advice) => {
    counts[severity] += 1;
    if (kept[severity].length < maxFindings) kept[severity].push({ severity, path, ...advice() });
  });
  const shown = [...kept.error, ...kept.warning].slice(0, maxFindings);
  const left = counts.error + counts.warning - shown.length;
  if (left === 0) return shown;
  const severity = counts.error > maxFindings ? 'error' : 'warning';
  const message = `There are ${left} more findings.`;
  return [
    ...shown,
    { severity, path: '', reason: 'more_findings', message, mend: 'Mend these first; then ask again.' },
  ];
}

/** The path of a member or an item; a name that is too long to be one is cut. */
export const memberPath = (path: string, name: string): string =>
  `${path}.${name.length > 100 ? `${name.slice(0, 100)}…` : name}`;
export const itemPath = (path: string, place: number): string => `${path}[${place}]`;
