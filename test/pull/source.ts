import { parseConditions } from '../../lib/conditions/parsing.ts';
import type { ManageRequest } from '../../lib/request.ts';
import type { Sent } from '../../lib/response.ts';
import type { Dice } from '../../simulator/dice.ts';
import { sentBack } from '../answers.ts';
import { holds } from '../conditions/evaluation.ts';

/** A record as ConnectWise gives it. */
export interface Row {
  readonly id: number;
  readonly summary: string;
  readonly closedFlag: boolean;
  readonly deletedFlag?: boolean;
  readonly _info?: { readonly lastUpdated: string };
}

/** With what a filter may go by, though reads do not give it, and though it changes without a trace (connectwise-api.md §3.3). */
interface Kept extends Row {
  readonly openFlag: boolean;
}

/** What one write left, and from when on reads see it. */
interface Version {
  readonly seenFromMs: number;
  readonly row: Kept | undefined;
}

export interface SourceOptions {
  readonly dice: Dice;
  /** The most that reads lag behind writes. */
  readonly maxLagMs: number;
  /** Records tell when they were changed. */
  readonly isStamped: boolean;
  /** Records are marked in place of being deleted, as companies are. */
  readonly isMarked: boolean;
  /** What the client's clock is ahead of the source's. */
  readonly skewMs: number;
}

/**
 * A ConnectWise in a few lines, made without the connector's own means of asking: a list, its count, and people who work on it. Its
 * clock goes on only when it is told to; stamps are whole seconds of it.
 */
export function createSource({ dice, maxLagMs, isStamped, isMarked, skewMs }: SourceOptions) {
  const versions = new Map<number, Version[]>();
  const clock = { nowMs: Date.UTC(2026, 0, 31, 15) };
  /** Records that changed to what they had been before. */
  const changedBack = new Set<number>();
  let lastId = dice.whole(0, 3);
  let writes = 0;

  const write = (id: number, make: (before: Kept) => Kept | undefined) => {
    const all = versions.get(id) ?? [];
    const before = all.at(-1)?.row ?? { id, summary: '', closedFlag: false, openFlag: dice.chance(0.8) };
    const seenFromMs = Math.max(all.at(-1)?.seenFromMs ?? 0, clock.nowMs + dice.whole(0, maxLagMs));
    const row = make(before);
    const text = JSON.stringify(row);
    if (all.some((version) => JSON.stringify(version.row) === text)) changedBack.add(id);
    versions.set(id, [...all, { seenFromMs, row }]);
  };
  const stamp = () =>
    isStamped ? { _info: { lastUpdated: `${new Date(clock.nowMs).toISOString().slice(0, 19)}Z` } } : {};
  const add = () => {
    // Ids have gaps, and somebody else's ids are between ours.
    lastId += dice.chance(0.7) ? 1 : dice.whole(2, 9);
    write(lastId, (it) => ({ ...it, ...content(), ...(isMarked && { deletedFlag: false }), ...stamp() }));
  };
  /** Contents come again, so that a record may change to what it was. */
  const content = () => {
    writes += 1;
    return { summary: `text ${dice.chance(0.8) ? writes % 2 : writes}`, closedFlag: dice.chance(0.2) };
  };
  const living = () => [...versions.keys()].filter((id) => versions.get(id)?.at(-1)?.row !== undefined);

  const mutate = () => {
    const ids = living();
    const id = ids[dice.whole(0, Math.max(0, ids.length - 1))];
    if (id === undefined || dice.chance(0.3)) return add();
    if (dice.chance(0.6)) return write(id, (it) => ({ ...it, ...content(), ...stamp() }));
    remove(id);
  };
  const remove = (id: number) =>
    write(id, (it) => (isMarked ? { ...it, deletedFlag: it.deletedFlag !== true, ...stamp() } : undefined));
  const isOpen = (id: number) => versions.get(id)?.at(-1)?.row?.openFlag === true;
  const open = (id: number, openFlag: boolean) => {
    const row = versions.get(id)?.at(-1)?.row;
    if (row) versions.set(id, [{ seenFromMs: 0, row: { ...row, openFlag } }]);
  };
  /** Records enter or leave a filter though they are not changed themselves: between two pulls, never within one (docs/pulls.md). */
  const turn = () => {
    for (const id of living()) if (dice.chance(0.05)) open(id, !isOpen(id));
  };
  /** What reads see now. */
  const seen = (): Kept[] =>
    [...versions.values()]
      .flatMap((all) => all.findLast(({ seenFromMs }) => seenFromMs <= clock.nowMs)?.row ?? [])
      .sort((a, b) => a.id - b.id);

  return {
    clock,
    changedBack,
    now: () => clock.nowMs + skewMs,
    add,
    mutate,
    remove,
    turn,
    /** What a filter may go by, changed without a trace. */
    open,
    /** Gives a record another text. */
    retitle: (id: number, summary: string) => write(id, (it) => ({ ...it, summary, ...stamp() })),
    filtered: (conditions: string | undefined): Row[] => seen().filter(filterOf(conditions)).map(given),
    /** All that was written is seen from now on. */
    settle: () => {
      clock.nowMs += maxLagMs + 1_000;
    },
    answer: ({ path, query }: Pick<ManageRequest, 'path' | 'query'>): Sent => {
      const inputs = new URLSearchParams(query);
      const rows = seen().filter(filterOf(inputs.get('conditions') ?? undefined));
      if (path.endsWith('/count')) return sentBack(200, { count: rows.length });
      const orderBy = inputs.get('orderBy') ?? 'id asc';
      const sorted = orderBy.startsWith('lastUpdated') ? rows.toSorted(byTime) : rows;
      const ordered = orderBy.endsWith(' desc') ? sorted.toReversed() : sorted;
      const size = Number(inputs.get('pageSize') ?? 25);
      const page = Number(inputs.get('page') ?? 1);
      return sentBack(
        200,
        ordered
          .slice((page - 1) * size, page * size)
          .map(given)
          .map(membersOf(inputs.get('fields'))),
      );
    },
  };
}

export type Source = ReturnType<typeof createSource>;

const given = ({ openFlag: _, ...row }: Kept): Row => row;

const byTime = (a: Row, b: Row) =>
  String(a._info?.lastUpdated).localeCompare(String(b._info?.lastUpdated)) || a.id - b.id;

function filterOf(text: string | undefined): (row: Kept) => boolean {
  if (text === undefined) return () => true;
  const parsed = parseConditions(text);
  if (!parsed.valid) throw new Error(`The source cannot read '${text}'.`);
  return (row) => holds(parsed.condition, row);
}

const membersOf = (fields: string | null) => (row: Row) =>
  fields === null
    ? row
    : Object.fromEntries(
        Object.entries(row).filter(([name]) => fields.split(',').some((it) => it.split('/')[0] === name)),
      );
