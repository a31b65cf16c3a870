import type { Outcome } from './run.ts';
import type { Scenario } from './scenario.ts';

/** A scenario with what came out of it for every seed. */
export interface Report {
  readonly scenario: string;
  readonly outcomes: readonly Outcome[];
  /** What was missed, on the mean over the seeds; dead letters count wherever there is one. */
  readonly missed: readonly string[];
}

export function reportOf({ name, aims }: Scenario, outcomes: readonly Outcome[]): Report {
  const missed = [
    mean(outcomes, 'utilisation') < aims.utilisation && 'utilisation',
    mean(outcomes, 'limitedShare') > aims.limitedShare && '429s',
    mean(outcomes, 'tableCalls') > aims.tableCalls && 'table calls',
    outcomes.some(({ deadLetters }) => deadLetters > 0) && 'dead letters',
  ].filter((it) => it !== false);
  return { scenario: name, outcomes, missed };
}

export const header =
  'scenario               utilised (all)   429s  Jain  table/call  receives mean max  wait p50/p95 ms  turned away  missed';

/** One line of the table, of means over the seeds. */
export function lineOf({ scenario, outcomes, missed }: Report): string {
  const of = (key: Figure) => mean(outcomes, key);
  const waits = outcomes.some(({ waitP50Ms }) => waitP50Ms !== undefined);
  return [
    scenario.padEnd(22),
    percent(of('utilisation')),
    `(${percent(of('utilisationOfAll'))})`,
    percent(of('limitedShare'), 2),
    of('fairness').toFixed(3),
    of('tableCalls').toFixed(2).padStart(8),
    of('meanReceives').toFixed(1).padStart(12),
    String(Math.max(...outcomes.map((it) => it.maxReceives))).padStart(6),
    (waits ? `${of('waitP50Ms').toFixed(0)} / ${of('waitP95Ms').toFixed(0)}` : '-').padStart(14),
    (waits ? percent(of('turnedAwayShare')) : '-').padStart(12),
    `  ${missed.join(', ') || '-'}`,
  ].join(' ');
}

type Figure = {
  [K in keyof Outcome]-?: Outcome[K] extends number | undefined ? K : never;
}[keyof Outcome];

const mean = (outcomes: readonly Outcome[], key: Figure) =>
  outcomes.reduce((sum, it) => sum + (it[key] ?? 0), 0) / outcomes.length;

const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`.padStart(7);
