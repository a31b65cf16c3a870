import { careful, eager, repeatedIn, replacing } from '../../cli/chaos/pulls/consumers.ts';
import type { Incremental, Invocation } from '../../lib/invocation.ts';
import type { Result } from '../../lib/result.ts';
import { createDice, type Dice } from '../../simulator/dice.ts';
import { createSource, type Source } from './source.ts';
import { calm, catalogueOf, createWorld, type Mischief } from './world.ts';

/** What kind of history it is: what the source is like, what is asked for, how much goes wrong. */
function settingOf(dice: Dice) {
  const isStamped = dice.chance(0.7);
  const isSwept = dice.chance(0.6);
  const isMarked = isSwept && isStamped && dice.chance(0.3);
  const maxLagMs = dice.pick([0, 0, 5_000, 60_000]);
  return {
    isStamped,
    isMarked,
    isSwept,
    maxLagMs,
    skewMs: dice.pick([0, 0, -86_400_000, 3_600_000, 7_000]),
    overlapSeconds: Math.ceil(maxLagMs / 1_000) + dice.pick([0, 1, 60]),
    pageSize: dice.whole(1, 12),
    records: dice.whole(0, 40),
    conditions: isSwept ? dice.pick([undefined, 'closedFlag = false', 'openFlag = true']) : undefined,
    fields: isStamped && dice.chance(0.2) ? 'summary,closedFlag' : undefined,
    pulls: dice.whole(4, 14),
  };
}

type Setting = ReturnType<typeof settingOf>;

function mischiefOf(dice: Dice): Mischief {
  const often = (share: number) => (dice.chance(0.5) ? share : 0);
  return {
    deaths: often(0.02),
    throttles: often(0.03),
    errors: often(0.004),
    outages: often(0.02),
    changes: often(0.5),
    duplicates: often(0.2),
    losses: often(0.1),
  };
}

export interface Told {
  readonly setting: Setting;
  /** What the consumers hold in the end that the source does not, or not so, and what they lack: ids by consumer. */
  readonly wrong: Readonly<Record<string, readonly string[]>>;
  readonly repeats: number;
  /** Of records that changed to what they had been: where the page between did not get out, that is a repeat, and has to be told. */
  readonly repeatsOfChangedBack: number;
  /** Some pull said of itself that it repeated rows. */
  readonly isRepeatTold: boolean;
  readonly result: Result | undefined;
  readonly seen: ReturnType<typeof createWorld>['seen'];
  readonly rows: number;
  /** How many of its pulls were walked in several stretches at once. */
  readonly sharded: number;
  readonly mischief: Mischief;
}

/** Lives through one history, and looks what its consumers hold when the dust has settled. */
export async function live(seed: number): Promise<Told> {
  const dice = createDice(seed, 'history');
  const setting = settingOf(dice);
  const mischief = { now: mischiefOf(dice) };
  const source = createSource({ ...setting, dice: createDice(seed, 'source') });
  const catalogue = catalogueOf(setting.isStamped, setting.isMarked);
  const world = createWorld(source, catalogue, createDice(seed, 'world'), mischief);
  for (let record = 0; record < setting.records; record++) source.add();
  const invocation = invocationOf(setting);
  const lost: number[] = [];
  const send = async (pull: number) => {
    if (!(await world.pull(`pull-${pull}`, pull, invocation))) lost.push(pull);
  };
  for (let pull = 0; pull < setting.pulls; pull += 2) {
    // The next one may come while this one is still at work.
    if (dice.chance(0.3)) await Promise.all([send(pull), send(pull + 1)]);
    else await send(pull);
    source.clock.nowMs += dice.pick([0, 400, 30_000, 3_600_000]);
    source.turn();
    for (let change = dice.whole(0, 12); change > 0; change--) {
      source.clock.nowMs += dice.pick([0, 0, 300, 20_000]);
      source.mutate();
    }
  }
  const hectic = mischief.now;
  mischief.now = calm;
  // What was given up lies with the dead letters, and is redriven by somebody.
  for (const pull of lost) await world.pull(`pull-${pull}`, pull, invocation);
  source.settle();
  const result = await world.pull('last', -1, invocation);
  const { arrivals, seen } = world;
  const consumers = { eager, careful, replacing };
  const repeated = repeatedIn(arrivals);
  const wrong = Object.entries(consumers).flatMap(([name, consume]) => {
    const differences = differencesOf(consume(arrivals), source, setting);
    return differences.length > 0 ? [[name, differences] as const] : [];
  });
  return {
    setting,
    mischief: hectic,
    wrong: Object.fromEntries(wrong),
    repeats: repeated.filter((id) => !source.changedBack.has(id)).length,
    repeatsOfChangedBack: repeated.filter((id) => source.changedBack.has(id)).length,
    isRepeatTold: arrivals.some((it) => it.result.certificate?.repeats),
    result,
    seen,
    sharded: world.sharded(),
    rows: arrivals.reduce((sum, it) => sum + (it.result.page?.rows ?? 0), 0),
  };
}

function invocationOf({ conditions, fields, pageSize, isSwept, overlapSeconds }: Setting): Invocation {
  const incremental: Incremental = {
    checkpoint: 'tickets',
    overlapSeconds,
    ...(isSwept && { deletes: 'sweep', maxDeletedShare: 1 }),
  };
  return {
    version: 1,
    connection: 'acme',
    operationId: 'getServiceTickets',
    inputs: { pageSize, ...(conditions && { conditions }), ...(fields && { fields }) },
    pages: 'all',
    incremental,
  };
}

/** Without a sweep, nobody is told of what is gone or does not pass the filter any more. */
function differencesOf(
  table: ReadonlyMap<number, object>,
  source: Source,
  setting: Setting,
): readonly string[] {
  const { conditions, isMarked, isSwept } = setting;
  const living = isMarked ? 'deletedFlag = false' : undefined;
  const asked = [conditions, living].filter((it) => it !== undefined).join(' and ');
  const rows = new Map(source.filtered(asked === '' ? undefined : asked).map((row) => [row.id, row]));
  const ids = new Set([...rows.keys(), ...(isSwept ? table.keys() : [])]);
  return [...ids].flatMap((id) => {
    const [should, does] = [textOf(rows.get(id)), textOf(table.get(id))];
    return should === does ? [] : [`${id}: ${does} in place of ${should}`];
  });
}

function textOf(row: object | undefined): string {
  const { summary, closedFlag, _info } = Object(row);
  return row === undefined ? 'nothing' : `${summary} ${closedFlag} ${_info?.lastUpdated}`;
}
