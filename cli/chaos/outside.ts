import type { Outside } from '../../functions/services.ts';
import type { Kind } from '../../lib/clients/table.ts';
import type { CountedStore } from '../../lib/counted-store.ts';
import { entrySchema } from '../../lib/journal.ts';
import { StoreUnavailable, type VersionedStore } from '../../lib/versioned-store.ts';
import type { Dice } from '../../simulator/dice.ts';
import { createLine } from './line.ts';
import type { Plan } from './plan.ts';
import type { Sightings } from './sightings.ts';
import type { Reach, Stage } from './stage.ts';
import type { Actor, Turns } from './turns.ts';
import type { CallMishap, Weather } from './weather.ts';

/** One seed's world, as its workers are surrounded by it. */
export interface World {
  readonly stage: Stage;
  readonly reach: Reach;
  readonly plans: readonly Plan[];
  readonly turns: Turns;
  readonly weather: Weather;
  readonly sightings: Sightings;
  readonly dice: Dice;
  /** The key that each connection signs in by just now. */
  readonly keys: Map<string, string>;
  /** Until when a list does not show a new record, by its path and id. */
  readonly hidden: Map<string, number>;
  /** How long a new record stays out of lists. */
  readonly creationLagMs: number;
}

/** A worker: an execution environment of one of the two functions. */
export interface Worker extends Actor {
  readonly door: 'queue' | 'api';
  /** How far its clock is ahead of the others'. */
  readonly aheadMs: number;
  /** The journal keys that it wrote something of since it took its work. */
  readonly touched: Set<string>;
  /** How often the table failed it for a key whose result it wanted to write down. */
  readonly failures: Map<string, number>;
}

/** As often as lib/journal.ts offers a result to the table, but for those that somebody else's write costs. */
const triesToKeep = 5;

/** The outside as one worker reaches it: each step is a turn, and may go wrong. */
export function outsideOf(worker: Worker, world: World): Outside {
  const { reach, turns, weather, dice, stage } = world;
  const call = <T>(name: string, region: Parameters<Weather['call']>[0], effect: () => Promise<T>) =>
    turns.take({ actor: worker, name, effect }, () =>
      mishandled(name, effect, weather.call(region, turns.now()), world),
    );
  const queue = (name: string, inner: Reach['invocations']): Reach['invocations'] => ({
    sendAll: (messages) =>
      messages.length === 0
        ? inner.sendAll(messages)
        : call(`${name}: send ${messages.length}`, 'queue', () => inner.sendAll(messages)).catch(() =>
            messages.map(() => 'TimeoutError'),
          ),
    send: (message, address) => call(`${name}: send`, 'queue', () => inner.send(message, address)),
    bury: (message, why, address) =>
      call(`${name}: bury`, 'queue', () => inner.bury(message, why, address)).catch(() => 'TimeoutError'),
    rest: (handle, waitMs) => call(`${name}: rest ${waitMs} ms`, 'queue', () => inner.rest(handle, waitMs)),
  });
  const { results, deadLetters, claims } = reach;
  return {
    catalogue: stage.catalogue,
    readSecret: (name) =>
      call(`secrets: read ${name}`, 'secrets', () => reach.readSecret(name)).catch(() => ({
        found: false,
        failure: {
          reason: 'secret_unavailable',
          message: `The secret of '${name}' could not be read just now.`,
        },
        passing: true,
      })),
    manage: createLine(worker, world),
    tableOf: (kind) => table(kind, worker, world, call),
    countersOf: (kind) => counters(kind, worker, world, call),
    invocations: queue('invocations', reach.invocations),
    results: results && queue('results', results),
    deadLetters: deadLetters && queue('dead letters', deadLetters),
    claims: {
      ...claims,
      put: (key, bytes) => call('bucket: put', 'bucket', () => claims.put(key, bytes)),
      get: (key) => call('bucket: get', 'bucket', () => claims.get(key)),
    },
    now: () => turns.now() + worker.aheadMs,
    sleep: (waitMs) => turns.sleep(worker, waitMs),
    random: () => dice.whole(0, 1_000) / 1_000,
  };
}

/** Carries out a call to AWS, and loses it or its answer where that is its mishap. */
async function mishandled<T>(
  name: string,
  effect: () => Promise<T>,
  mishap: CallMishap | undefined,
  { sightings }: World,
): Promise<T> {
  sightings.tell(`  ${name}${mishap === undefined ? '' : ` (${mishap})`}`);
  if (mishap === 'lost') throw new StoreUnavailable('It never arrived.');
  const result = await effect();
  if (mishap === 'unanswered') throw new StoreUnavailable('It was not answered.');
  return mishap === 'repeated' ? effect() : result;
}

function counters<T>(kind: Kind<T>, { name }: Worker, { reach }: World, call: CallTable): CountedStore<T> {
  const inner = reach.countersOf(kind);
  return {
    look: (key) => call(`${name} looks at ${kind.prefix}${key}`, 'table', () => inner.look(key)),
    update: (key, update) =>
      call(`${name} counts on ${kind.prefix}${key}`, 'table', () => inner.update(key, update)),
  };
}

type CallTable = <T>(name: string, region: 'table', effect: () => Promise<T>) => Promise<T>;

function table<T>(kind: Kind<T>, worker: Worker, world: World, call: CallTable): VersionedStore<T> {
  const { reach, sightings, turns } = world;
  const inner = reach.tableOf(kind);
  const isJournal = kind.prefix === 'journal/';
  const noteFailure = (key: string) => {
    if (isJournal && worker.touched.has(key)) sightings.doubted.add(key);
    const failures = worker.failures.get(key);
    if (!isJournal || failures === undefined) return;
    worker.failures.set(key, failures + 1);
    if (failures + 1 >= triesToKeep) sightings.unkept.add(key);
  };
  return {
    read: async (key) => {
      try {
        return await call(`${worker.name} reads ${kind.prefix}${key}`, 'table', () => inner.read(key));
      } catch (error) {
        noteFailure(key);
        throw error;
      }
    },
    write: async (key, value, expected) => {
      const entry = isJournal ? entrySchema.parse(value) : undefined;
      if (entry) worker.touched.add(key);
      if (entry?.state === 'done' && !worker.failures.has(key)) worker.failures.set(key, 0);
      if (entry) sightings.entry(key, entry, worker.door, turns.now());
      const name = `${worker.name} writes ${kind.prefix}${key} ${entry?.state ?? ''} over ${expected ?? 'nothing'}`;
      try {
        const written = await call(name, 'table', () => inner.write(key, value, expected));
        if (!written) sightings.tell(`    ${worker.name} finds that somebody else has written ${key}`);
        return written;
      } catch (error) {
        noteFailure(key);
        throw error;
      }
    },
  };
}
