/** What a bench found out, as data: `npm run bench` prints it, and plots.ts draws it. */
export interface Report {
  /** The word behind `npm run bench:`. */
  readonly name: string;
  readonly title: string;
  readonly comparisons: readonly Comparison[];
  readonly goals: readonly Goal[];
}

/** The connector and its peers, measured in the same run. */
export interface Comparison {
  readonly title: string;
  readonly unit: Unit;
  /** The first is what the ratios of all the others are to. */
  readonly rows: readonly Row[];
}

export interface Row {
  readonly name: string;
  readonly value: number;
}

/** What `x`, a ratio, is of stands in the goal's own words. */
export type Unit = 'x' | 'ms' | 'µs' | 'MB' | 'KB' | 'calls' | 'a second' | '%';

/** A figure that must not leave a bound. */
export interface Goal {
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  readonly bound: { readonly atMost: number } | { readonly atLeast: number };
}

export function isMet({ value, bound }: Goal): boolean {
  return 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast;
}

/** Prints a bench: who was measured, with the ratio to the first of them, then each goal with its figure. */
export function print({ name, title, comparisons, goals }: Report): void {
  console.log(`\n${name}: ${title}`);
  for (const { title: of, unit, rows } of comparisons) {
    console.log(`  ${of}`);
    const base = rows[0]?.value ?? 0;
    for (const { name: who, value } of rows) {
      const ratio = base > 0 && rows.length > 1 ? `${(value / base).toFixed(2)}x` : '';
      console.log(`    ${who.padEnd(52)} ${inUnit(value, unit).padStart(14)} ${ratio.padStart(9)}`);
    }
  }
  printGoals(goals);
}

/** A line each: whether it is met, the figure, the bound, and what is meant. */
export function printGoals(goals: readonly Goal[], before = ''): void {
  for (const goal of goals) {
    const verdict = isMet(goal) ? 'met   ' : 'MISSED';
    const figure = inUnit(goal.value, goal.unit).padStart(14);
    console.log(`  ${before}${verdict} ${figure}  ${boundText(goal).padEnd(20)} ${goal.what}`);
  }
}

export const boundText = ({ bound, unit }: Goal): string =>
  'atMost' in bound ? `at most ${inUnit(bound.atMost, unit)}` : `at least ${inUnit(bound.atLeast, unit)}`;

/** A figure with its unit: `1.12x`, `63.1 ms`. Three digits say all that a shared machine can. */
export function inUnit(value: number, unit: Unit): string {
  const digits =
    unit === 'x' ? 2 : Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === 'x' || unit === '%' ? `${text}${unit}` : `${text} ${unit}`;
}
