import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Promised } from '../../cli/chaos/audit.ts';
import { type Counts, noCounts, sumOf } from '../../cli/chaos/counts.ts';
import { play } from '../../cli/chaos/history.ts';
import { openStage, type Reach, type Stage } from '../../cli/chaos/stage.ts';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import type { ManageRequest } from '../../lib/request.ts';
import type { Sent } from '../../lib/response.ts';

/** Some hundreds of histories; `npm run chaos` plays thousands. */
const seeds = 150;

let stage: Stage;
let counts: Counts = noCounts;
const broken: string[] = [];
beforeAll(async () => {
  stage = await openStage(loadCatalogue(join(inject('taskRoot'), '.catalogue')));
  for (let seed = 0; seed < seeds; seed++) {
    const { verdict } = await play(seed, stage);
    counts = sumOf(counts, verdict.counts);
    broken.push(...verdict.broken.map(({ promise, why }) => `seed ${seed}: ${promise}: ${why}`));
  }
}, 120_000);
afterAll(() => stage.close());

describe('whatever goes wrong', () => {
  test.each<[string, Promised]>([
    ['no write is executed twice, or sent again where it might have been executed', 'duplicate'],
    ['every message has a result, or is a dead letter after ten unexplained receives', 'lost'],
    ['no two results contradict each other, and none contradicts ConnectWise', 'contradictory'],
    ['an outcome is unknown only where it cannot be known', 'unknown'],
    ['everything comes to rest', 'restless'],
  ])('%s', (_, promise) => {
    expect(broken.filter((line) => line.includes(`: ${promise}: `))).toEqual([]);
  });

  test('enough goes wrong for that to mean something', () => {
    expect(counts.writes).toBeGreaterThan(seeds);
    expect(counts.settled).toBeGreaterThan(seeds / 10);
    expect(counts.notApplied).toBeGreaterThan(seeds / 20);
    expect(counts.unknown['no look-up']).toBeGreaterThan(seeds / 20);
    expect(counts.unknown['caller of the API']).toBeGreaterThan(0);
    expect(counts.unknown['changed by others']).toBeGreaterThan(0);
  });
});

describe('a history', () => {
  test('is the same for the same seed, so that one that broke can be looked at', async () => {
    // Message ids are random, and nothing is decided by them.
    const told = async (seed: number) =>
      (await play(seed, stage, true)).story.map((line) => line.replaceAll(/[0-9a-f-]{36}/g, 'an id'));
    for (const seed of [3, 5, 8]) expect(await told(seed)).toEqual(await told(seed));
  });
});

/** Plays with something broken on purpose. @returns the promises that were found broken. */
async function breaking(change: Partial<Stage>): Promise<ReadonlySet<Promised>> {
  const found = new Set<Promised>();
  for (let seed = 0; seed < 25; seed++) {
    const { verdict } = await play(seed, { ...stage, ...change });
    for (const { promise } of verdict.broken) found.add(promise);
  }
  return found;
}

const reaching = (change: (reach: Reach) => Partial<Reach>): Pick<Stage, 'reach'> => ({
  reach: (overWire) => {
    const reach = stage.reach(overWire);
    return { ...reach, ...change(reach) };
  },
});

const answering = (change: (request: ManageRequest, honest: () => Promise<Sent>) => Promise<Sent>) => ({
  manage: {
    ...stage.manage,
    send: (...call: Parameters<Stage['manage']['send']>) => change(call[0], () => stage.manage.send(...call)),
  },
});

const answer = (status: number, body: unknown): Sent => ({
  kind: 'response',
  response: { status, headers: new Headers(), bytes: Buffer.from(JSON.stringify(body)) },
});

describe('the audit finds', () => {
  test('duplicates, where the journal forgets', async () => {
    const tableOf: Reach['tableOf'] = () => ({ read: async () => undefined, write: async () => true });
    expect(await breaking(reaching(() => ({ tableOf })))).toContain('duplicate');
  });

  test('lost messages, where results are thrown away', async () => {
    const sendAll = async (messages: readonly string[]) => messages.map(() => undefined);
    const change = reaching(({ results }) => ({ results: results && { ...results, sendAll } }));
    expect(await breaking(change)).toContain('lost');
  });

  test('contradictions, where ConnectWise confirms what it has not done', async () => {
    const lying = answering((request, honest) =>
      request.writes ? Promise.resolve(answer(201, { id: 1 })) : honest(),
    );
    expect(await breaking(lying)).toContain('contradictory');
  });

  test('what could have been known, where look-ups are not understood', async () => {
    const garbled = answering(({ method, path }, honest) =>
      method === 'GET' && path === '/service/tickets' ? honest().then(() => answer(200, {})) : honest(),
    );
    expect(await breaking(garbled)).toContain('unknown');
  });
});
