import type { Result } from '../../../lib/result.ts';

/** A record as a consumer holds it: nothing but its id is looked at. */
export type Row = object & { readonly id: number };

/** A result as a consumer gets it. */
export interface Arrival {
  readonly result: Result;
  /** Of which invocation it is. */
  readonly pull: number;
}

interface Page {
  readonly id: string;
  readonly number: number;
  readonly pull: number;
  readonly rows: readonly unknown[];
}

const pagesOf = (arrivals: readonly Arrival[]): Page[] =>
  arrivals.flatMap(({ result: { page, response }, pull }) =>
    page ? [{ id: page.id, number: page.number, pull, rows: Array.isArray(response) ? response : [] }] : [],
  );

/** Who applies each page as it comes, and drops those whose id was there. */
export const eager = (arrivals: readonly Arrival[]) => apply(firstOf(pagesOf(arrivals)));

/** Who applies pulls that moved the checkpoint, in the order in which they did, and nothing of others. */
export function careful(arrivals: readonly Arrival[]) {
  const places = new Map(
    arrivals.flatMap(({ pull, result }) => {
      const { sequence } = result.certificate?.incremental ?? {};
      return sequence === undefined ? [] : [[pull, sequence] as const];
    }),
  );
  const placeOf = ({ pull }: Page) => places.get(pull) ?? 0;
  const pages = firstOf(pagesOf(arrivals)).filter(({ pull }) => places.has(pull));
  return apply(pages.toSorted((a, b) => placeOf(a) - placeOf(b) || a.number - b.number));
}

/** As careful, but a page that comes again takes the place of the first, as a file of the same name does. */
export const replacing = (arrivals: readonly Arrival[]) => careful(arrivals.toReversed());

const firstOf = (pages: readonly Page[]) =>
  [...new Map(pages.toReversed().map((it) => [it.id, it])).values()].toReversed();

function apply(pages: readonly Page[]): Map<number, Row> {
  const table = new Map<number, Row>();
  for (const row of pages.flatMap(({ rows }) => rows)) {
    if (isGone(row)) table.delete(row.id);
    else if (isRow(row)) table.set(row.id, row);
  }
  return table;
}

const isGone = (row: unknown): row is { readonly id: number } =>
  typeof row === 'object' && row !== null && Reflect.get(row, 'deleted') === true;

const isRow = (row: unknown): row is Row =>
  typeof row === 'object' && row !== null && typeof Reflect.get(row, 'id') === 'number';

/**
 * The records that were told again just as they had been told last, in a page of another id, once for each time. That one is gone may be told of one that
 * never came: it was there for the sweep, and not any more for the page.
 */
export function repeatedIn(arrivals: readonly Arrival[]): readonly number[] {
  const told = new Map<number, { readonly page: string; readonly text: string }>();
  const repeated: number[] = [];
  for (const { id: page, rows } of firstOf(pagesOf(arrivals)))
    for (const row of rows) {
      const { id } = Object(row);
      const text = JSON.stringify(row);
      const before = told.get(id);
      if (!isGone(row) && before?.text === text && before.page !== page) repeated.push(id);
      told.set(id, { page, text });
    }
  return repeated;
}
