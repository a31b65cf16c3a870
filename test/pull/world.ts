import { setImmediate } from 'node:timers/promises';
import type { Arrival } from '../../cli/chaos/pulls/consumers.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Operation, Schema } from '../../lib/catalogue/operation.ts';
import { createEngine } from '../../lib/engine.ts';
import type { Invocation } from '../../lib/invocation.ts';
import type { Outcome } from '../../lib/outcome.ts';
import { print } from '../../lib/printing.ts';
import type { Checkpoint } from '../../lib/pull/checkpoint.ts';
import type { Progress } from '../../lib/pull/progress.ts';
import type { Sent } from '../../lib/response.ts';
import type { Result } from '../../lib/result.ts';
import { StoreUnavailable, type VersionedStore } from '../../lib/versioned-store.ts';
import type { Dice } from '../../simulator/dice.ts';
import { sentBack, tooMany } from '../answers.ts';
import { createMemoryObjects, createMemoryStore, keptInMemory, ungoverned } from '../memory-store.ts';
import { acme, siteOf } from '../observed-engine.ts';
import { operations, smallCatalogue } from '../small-catalogue.ts';
import type { Source } from './source.ts';

/** How much goes wrong: the share of calls, each. */
export interface Mischief {
  /** The worker ends before or after a call, and says nothing more. */
  readonly deaths: number;
  readonly throttles: number;
  readonly errors: number;
  /** The table or the bucket cannot be asked. */
  readonly outages: number;
  /** People change something before a call is answered. */
  readonly changes: number;
  /** A message is delivered to a second worker meanwhile, or again when it was answered. */
  readonly duplicates: number;
  /** A message is lost in the middle of a pull. */
  readonly losses: number;
}

export const calm: Mischief = {
  deaths: 0,
  throttles: 0,
  errors: 0,
  outages: 0,
  changes: 0,
  duplicates: 0,
  losses: 0,
};

/** The small catalogue, whose tickets are like the source's. */
export function catalogueOf(isStamped: boolean, isMarked: boolean): Catalogue {
  const boolean: Schema = { type: 'boolean' };
  const items: Schema = {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      summary: { type: 'string' },
      closedFlag: boolean,
      ...(isMarked && { deletedFlag: boolean }),
      ...(isStamped && { _info: { type: 'object', additionalProperties: { type: 'string' } } }),
    },
  };
  const { listTickets } = operations;
  const list: Operation = {
    ...listTickets,
    inputs: [...listTickets.inputs, { name: 'fields', in: 'query', type: 'string' }],
    success: { ...listTickets.success, schema: { type: 'array', items } },
  };
  const find = (id: string) => {
    const found = smallCatalogue.find(id);
    return found === listTickets ? list : found;
  };
  return { ...smallCatalogue, find };
}

/** A worker that ends at once: none of its calls ever returns. */
interface Worker {
  isDead: boolean;
  readonly died: Promise<'died'>;
  die(): Promise<never>;
}

function createWorker(): Worker {
  let tell: (how: 'died') => void = () => undefined;
  const died = new Promise<'died'>((resolve) => {
    tell = resolve;
  });
  const worker: Worker = {
    isDead: false,
    died,
    die: () => {
      worker.isDead = true;
      tell('died');
      return new Promise<never>(() => undefined);
    },
  };
  return worker;
}

/** A source, or one whose answers a test has its hand in. */
type Answering = Omit<Source, 'answer'> & {
  readonly answer: (request: Parameters<Source['answer']>[0]) => Sent | Promise<Sent>;
};

/** Workers, stores and a queue around a source, in which things go wrong. */
export function createWorld(
  source: Answering,
  catalogue: Catalogue,
  dice: Dice,
  mischief: { now: Mischief },
) {
  const pulls = createMemoryStore<Progress>();
  const memory = {
    ...keptInMemory(source.now),
    pulls: pulls.store,
    checkpoints: createMemoryStore<Checkpoint>().store,
    snapshots: createMemoryObjects(),
  };
  const arrivals: Arrival[] = [];
  const seen = { deaths: 0, deliveries: 0, throttles: 0, outages: 0, losses: 0, doubles: 0, failures: 0 };

  /** What may go wrong with a call to the outside, before it and after it. */
  const chancy = async <T>(worker: Worker, act: () => T | Promise<T>): Promise<T> => {
    const isLast = () => worker.isDead || dice.chance(mischief.now.deaths / 2);
    if (isLast()) return worker.die();
    const answer = await act();
    return isLast() ? worker.die() : answer;
  };
  const kept = async <T>(worker: Worker, act: () => Promise<T>): Promise<T> => {
    const outage = dice.chance(mischief.now.outages) ? dice.pick(['lost', 'unanswered']) : undefined;
    if (outage) seen.outages += 1;
    return chancy(worker, async () => {
      if (outage === 'lost') throw new StoreUnavailable('The store is away.');
      const answer = await act();
      if (outage === 'unanswered') throw new StoreUnavailable('The store did not answer.');
      return answer;
    });
  };
  const storeOf = <T>(worker: Worker, store: VersionedStore<T>): VersionedStore<T> => ({
    read: (key) => kept(worker, () => store.read(key).then(structuredClone)),
    write: (key, value, expected) => kept(worker, () => store.write(key, structuredClone(value), expected)),
  });

  const engineOf = (worker: Worker) => {
    const found = { found: true, connection: acme } as const;
    const site = siteOf('v2026_1');
    return createEngine({
      ...memory,
      catalogue,
      pulls: storeOf(worker, memory.pulls),
      checkpoints: storeOf(worker, memory.checkpoints),
      snapshots: {
        put: (key, bytes) => kept(worker, () => memory.snapshots.put(key, bytes)),
        get: (key) => kept(worker, () => memory.snapshots.get(key)),
      },
      connections: { find: async () => found, renew: async () => found },
      sites: { find: async () => site, renew: async () => site },
      send: (request) =>
        chancy(worker, () => {
          source.clock.nowMs += dice.whole(0, 1_500);
          while (dice.chance(mischief.now.changes)) source.mutate();
          if (dice.chance(mischief.now.throttles)) {
            seen.throttles += 1;
            return sentBack(429, tooMany);
          }
          if (dice.chance(mischief.now.errors)) return sentBack(dice.pick([400, 403, 502]), 'No.');
          return source.answer(request);
        }),
      now: source.now,
      sleep: async (waitMs) => {
        source.clock.nowMs += waitMs;
      },
      governor: ungoverned,
      random: () => 0.5,
      attemptTimeoutMs: 20_000,
    });
  };

  /** One delivery of a message to one worker. */
  const deliver = (id: string, pull: number, invocation: Invocation): Promise<Outcome | 'died'> => {
    const worker = createWorker();
    seen.deliveries += 1;
    const arrive = (result: Result) => {
      arrivals.push({ result: JSON.parse(print(result).text()), pull });
    };
    const executed = async () => {
      const outcome = await engineOf(worker).execute(id, invocation, {
        deadlineMs: source.now() + dice.whole(15_000, 60_000),
        delivery: id,
        turn: { lane: 'bulk' },
        canWait: true,
        tracked: false,
        emit: (result) => chancy(worker, () => arrive(result)),
      });
      if (outcome.kind === 'result') await chancy(worker, () => arrive(outcome.result));
      return outcome;
    };
    return Promise.race([executed(), worker.died]);
  };
  /** Twelve minutes pass until the message of a dead worker comes back. */
  const restMs = (outcome: Outcome | 'died') =>
    outcome === 'died' ? 720_000 : outcome.kind === 'wait' ? outcome.waitMs : 0;

  let atWork = 0;
  /** Sends a message and delivers it until it is answered. @returns the result; undefined where the message was lost. */
  const pull = async (id: string, number: number, invocation: Invocation): Promise<Result | undefined> => {
    for (let turn = 0; turn < 3_000; turn++) {
      const both = dice.chance(mischief.now.duplicates) ? 2 : 1;
      seen.doubles += both - 1;
      const outcomes = await Promise.all(Array.from({ length: both }, () => deliver(id, number, invocation)));
      const done = outcomes.flatMap((it) => (it !== 'died' && it.kind === 'result' ? it.result : []))[0];
      if (done) {
        if (!done.succeeded) seen.failures += 1;
        return done;
      }
      seen.deaths += outcomes.filter((it) => it === 'died').length;
      if (dice.chance(mischief.now.losses)) {
        seen.losses += 1;
        return undefined;
      }
      const waitMs = Math.min(...outcomes.map(restMs));
      // Time is one for all: while another pull is at work, it mostly does not leap.
      source.clock.nowMs += atWork > 1 ? Math.min(waitMs, dice.pick([300, 300, 300, 30_000])) : waitMs;
      await setImmediate();
    }
    throw new Error(`The pull ${id} does not end.`);
  };
  const counted: typeof pull = async (...message) => {
    atWork += 1;
    return pull(...message).finally(() => {
      atWork -= 1;
    });
  };
  const sharded = () => [...pulls.items.values()].filter(({ value }) => value.shards.length > 1).length;
  return { pull: counted, deliver, arrivals, seen, sharded, pulls: pulls.items };
}
