import { type Result, resultSchema } from '../../../lib/result.ts';
import { callDirectly } from '../bystander.ts';
import type { Seen } from '../event-source.ts';
import type { World } from '../outside.ts';
import { type Arrival, careful, eager, type Row, repeatedIn, replacing } from './consumers.ts';
import type { People } from './people.ts';
import { collections, type Setting } from './setting.ts';

/** What was promised of pulls. */
export const promises = ['lost', 'untrue', 'repeated', 'unfinished', 'restless'] as const;
export type Promised = (typeof promises)[number];

export interface Broken {
  readonly promise: Promised;
  readonly why: string;
}

/** What happened in a history, or in many. */
export const noCounts = {
  pulls: 0,
  failed: 0,
  pages: 0,
  rows: 0,
  'pages that came twice': 0,
  'rows lost': 0,
  'repeats under another page id': 0,
  'the same, after a pull that failed': 0,
  'the same, told by the certificate': 0,
  'the same, by page number': 0,
  'not complete, as told': 0,
  'workers killed': 0,
  'workers frozen': 0,
};
export type Counts = typeof noCounts;

export interface Verdict {
  readonly broken: readonly Broken[];
  readonly counts: Counts;
}

interface Ended {
  readonly world: World;
  readonly setting: Setting;
  readonly people: People;
  readonly seen: Seen;
  readonly isQuiet: boolean;
  readonly killed: number;
  readonly frozen: number;
}

/** What the consumers hold against what ConnectWise holds, and what the certificates say against what came. */
export async function verdictOf({
  world,
  setting,
  people,
  seen,
  isQuiet,
  killed,
  frozen,
}: Ended): Promise<Verdict> {
  const arrivals = arrivalsOf(world, seen);
  const pages = arrivals.filter(({ result }) => result.page);
  const ends = arrivals.filter(({ result }) => !result.page);
  const failed = ends.filter(({ result }) => !result.succeeded).length + seen.deadLetters.length;
  const repeats = setting.wish === 'whole' ? repeatsWithin(pages) : repeatedIn(arrivals).length;
  const isTold = ends.some(({ result }) => result.certificate?.repeats);
  const [lost, rowsLost] =
    setting.wish === 'whole'
      ? lostOfWhole(arrivals, people)
      : await lostOfIncrements(arrivals, world, setting);
  const name =
    setting.way === 'numbers'
      ? 'the same, by page number'
      : failed > 0 && setting.wish !== 'whole'
        ? 'the same, after a pull that failed'
        : isTold
          ? 'the same, told by the certificate'
          : 'repeats under another page id';
  const counts = {
    ...noCounts,
    pulls: new Set(ends.map(({ pull }) => pull)).size,
    failed,
    pages: pages.length,
    rows: pages.reduce((sum, { result }) => sum + (result.page?.rows ?? 0), 0),
    'pages that came twice': pages.length - new Set(pages.map(({ result }) => result.page?.id)).size,
    'rows lost': rowsLost,
    [name]: repeats,
    'not complete, as told': ends.filter(({ result }) => result.certificate?.complete === false).length,
    'workers killed': killed,
    'workers frozen': frozen,
  };
  const broken: Broken[] = [...lost, ...unfinished(ends, setting)];
  if (!isQuiet) broken.push({ promise: 'restless', why: 'It did not come to rest.' });
  if (counts['repeats under another page id'] > 0)
    broken.push({ promise: 'repeated', why: `${repeats} rows came again under another page id.` });
  return { broken, counts };
}

/** The results in the order in which they lay on their queue. */
const arrivalsOf = ({ plans }: World, { results }: Seen): readonly Arrival[] =>
  results.map((text) => {
    const result: Result = resultSchema.parse(text);
    return { result, pull: plans.findIndex(({ id }) => id === result.id) };
  });

/** The last pull came when nothing went wrong any more. */
function unfinished(ends: readonly Arrival[], { way, wish }: Setting): readonly Broken[] {
  const certificate = ends.find(({ pull }) => pull === 0)?.result.certificate;
  const isWell = way === 'numbers' ? certificate !== undefined : certificate?.complete === true;
  const hasMoved = wish === 'whole' || certificate?.incremental?.moved === true;
  if (isWell && hasMoved) return [];
  return [{ promise: 'unfinished', why: `The last pull says ${JSON.stringify(certificate)}.` }];
}

const listOf = (value: unknown): readonly Row[] => (Array.isArray(value) ? value : []);
const rowsOf = ({ result }: Arrival): readonly Row[] => listOf(result.response);

/** Clocks of workers differ by as much, and the moment of a call is known to that. */
const marginMs = 2_500;

/** Whoever says that a pull is complete has sent every record that was there all the time. */
function lostOfWhole(arrivals: readonly Arrival[], people: People): [readonly Broken[], number] {
  let rowsLost = 0;
  const broken = arrivals.flatMap(({ result: { certificate, id }, pull }): Broken[] => {
    if (!certificate?.complete) return [];
    const pages = arrivals.filter((it) => it.pull === pull && it.result.page);
    const [startedMs, endedMs] = [Date.parse(certificate.startedAt), Date.parse(certificate.endedAt)];
    const expected = people.thereAllTheTime(startedMs - marginMs, endedMs + marginMs);
    const tables = [pages, pages.toReversed()].map(
      (some) => new Set(firstOf(some).flatMap((page) => rowsOf(page).map((row) => row.id))),
    );
    const missing = expected.filter((it) => tables.some((table) => !table.has(it)));
    rowsLost += missing.length;
    if (missing.length === 0) return [];
    return [{ promise: 'lost', why: `${id} says that it is complete, and lacks ${missing.join(', ')}.` }];
  });
  return [broken, rowsLost];
}

const firstOf = (pages: readonly Arrival[]): readonly Arrival[] => [
  ...new Map(pages.toReversed().map((it) => [it.result.page?.id, it])).values(),
];

/** Of pulls that take everything, how many rows a pull sent in several pages: of each page, what came first counts. */
function repeatsWithin(pages: readonly Arrival[]): number {
  const rows = firstOf(pages).flatMap((page) => rowsOf(page).map((row) => `${page.pull} ${row.id}`));
  return rows.length - new Set(rows).size;
}

async function lostOfIncrements(
  arrivals: readonly Arrival[],
  { stage }: World,
  setting: Setting,
): Promise<[readonly Broken[], number]> {
  const { path } = collections[setting.kind];
  const isSwept = setting.wish === 'incremental with sweep';
  // Marked as deleted is gone, where what is gone is told.
  const answer = await callDirectly('GET', `${path}?pageSize=1000`, stage);
  const rows = listOf(await answer.json()).filter((row) => !isSwept || Object(row).deletedFlag !== true);
  const truth = new Map(rows.map((row) => [row.id, row]));
  let rowsLost = 0;
  const broken = Object.entries({ eager, careful, replacing }).flatMap(([name, consume]): Broken[] => {
    const table = consume(arrivals);
    const ids = [...new Set([...truth.keys(), ...(isSwept ? table.keys() : [])])];
    const wrong = ids.filter((id) => textOf(truth.get(id), setting) !== textOf(table.get(id), setting));
    rowsLost += wrong.length;
    if (wrong.length === 0) return [];
    const told = wrong.map(
      (id) => `${id}: ${textOf(table.get(id), setting)} not ${textOf(truth.get(id), setting)}`,
    );
    return [
      {
        promise: name === 'eager' ? 'lost' : 'untrue',
        why: `The ${name} consumer holds ${told.join('; ')}.`,
      },
    ];
  });
  return [broken, rowsLost];
}

/** What tells one state of a record from the next: its links are those of the codebase that was asked. */
function textOf(row: Row | undefined, { kind }: Setting): string {
  if (row === undefined) return 'nothing';
  const { _info, deletedFlag, [collections[kind].title]: title } = Object(row);
  return JSON.stringify([title, deletedFlag, _info?.lastUpdated]);
}
