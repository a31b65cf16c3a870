import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { createCountedItems } from '../../cli/counted-items.ts';
import { createTable } from '../../lib/clients/table.ts';
import { StoreUnavailable } from '../../lib/versioned-store.ts';
import { type Gateway, startGateway } from '../../local/gateway.ts';
import { accessKey, region } from '../../local/region.ts';
import { createTable as createTableLocally } from '../../local/tables.ts';
import { stateTable } from '../functions/doors.ts';

const schema = z.strictObject({ count: z.number() });
const kind = { prefix: 'test/', schema, keptSeconds: 60 };
const config = { region, credentials: accessKey, maxAttempts: 1 };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ now: Date.now, log: console.error });
  await createTableLocally(gateway.endpoint, stateTable);
});
afterAll(() => gateway.close());

const open = () => createTable('state', { ...config, endpoint: gateway.endpoint }, Date.now)(kind);

describe('a table', () => {
  test('gives back what was written, with its version', async () => {
    const store = open();
    expect(await store.read('a')).toBeUndefined();
    expect(await store.write('a', { count: 1 }, undefined)).toBe(true);
    expect(await store.read('a')).toEqual({ value: { count: 1 }, version: 1 });
    expect(await store.write('a', { count: 2 }, 1)).toBe(true);
    expect(await store.read('a')).toEqual({ value: { count: 2 }, version: 2 });
  });

  test('refuses whoever read an older version, or nothing', async () => {
    const store = open();
    await store.write('b', { count: 1 }, undefined);
    await store.write('b', { count: 2 }, 1);
    expect(await store.write('b', { count: 3 }, 1)).toBe(false);
    expect(await store.write('b', { count: 3 }, undefined)).toBe(false);
    expect(await store.write('missing', { count: 3 }, 4)).toBe(false);
    expect(await store.read('b')).toEqual({ value: { count: 2 }, version: 2 });
  });

  test('lets one of many writers at the same moment through', async () => {
    const store = open();
    const written = await Promise.all(
      [...Array(10).keys()].map((count) => store.write('c', { count }, undefined)),
    );
    expect(written.filter((it) => it)).toHaveLength(1);
  });

  test('keeps kinds apart', async () => {
    const other = createTable(
      'state',
      { ...config, endpoint: gateway.endpoint },
      Date.now,
    )({ ...kind, prefix: 'other/' });
    await open().write('d', { count: 1 }, undefined);
    expect(await other.read('d')).toBeUndefined();
  });
});

describe('a table that counts', () => {
  const write = (count: number, expected?: number) => ({ value: { count }, expected });

  test('adds beside a value and before there is one, and tells what stands there then', async () => {
    const store = open();
    const first = await store.update('e', { add: { slots: 2, rested: -1 } });
    const counts = { slots: 2, rested: -1 };
    expect(first).toEqual({ done: true, found: { value: undefined, version: undefined, counts } });
    const second = await store.update('e', { add: { slots: 3.5 }, write: write(1) });
    const found = { value: { count: 1 }, version: 1, counts: { slots: 5.5, rested: -1 } };
    expect(second).toEqual({ done: true, found });
    expect(await store.look('e')).toEqual(found);
    expect(await store.read('e')).toEqual({ value: { count: 1 }, version: 1 });
  });

  test.each([
    ['somebody else has written', { write: write(3, 1) }],
    ['something is written already', { write: write(3) }],
    ['the number is too low', { within: { name: 'slots', least: 6, most: 9 } }],
    ['the number is too high', { within: { name: 'slots', least: 0, most: 4 } }],
    ['there is no such number', { within: { name: 'others', least: -9, most: 9 } }],
  ])('does nothing where %s', async (why, condition) => {
    const store = open();
    await store.update(why, { add: { slots: 5 }, write: write(1) });
    await store.update(why, { add: {}, write: write(2, 1) });
    const found = { value: { count: 2 }, version: 2, counts: { slots: 5 } };
    expect(await store.update(why, { add: { slots: 1 }, ...condition })).toEqual({ done: false, found });
    expect(await store.look(why)).toEqual(found);
  });

  test('adds for all who come at the same moment, and gives each a number of its own', async () => {
    const store = open();
    const updated = await Promise.all(
      Array.from({ length: 10 }, () => store.update('f', { add: { slots: 1 } })),
    );
    const numbers = updated.map(({ found }) => found.counts['slots'] ?? 0);
    expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('does in memory what it does in DynamoDB', async () => {
    const name = fc.constantFrom('slots', 'rested');
    const update = fc.record(
      {
        add: fc.dictionary(name, fc.integer({ min: -3, max: 9 })),
        within: fc.record({ name, least: fc.integer({ min: -3, max: 9 }), most: fc.nat({ max: 20 }) }),
        write: fc.record({
          value: fc.record({ count: fc.nat() }),
          expected: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        }),
      },
      { requiredKeys: ['add'] },
    );
    let plays = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(update, { maxLength: 8 }), async (updates) => {
        const [store, items] = [open(), createCountedItems<{ count: number }>()];
        const key = `play-${plays++}`;
        for (const it of updates) expect(await store.update(key, it)).toEqual(items.update(key, it));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a table that cannot be asked', () => {
  test.each([
    [
      'that is missing',
      () => createTable('nowhere', { ...config, endpoint: gateway.endpoint }, Date.now)(kind),
    ],
    [
      'that is away',
      () => createTable('state', { ...config, endpoint: 'http://127.0.0.1:9' }, Date.now)(kind),
    ],
  ])('%s is told by the name of the error and nothing else', async (_, openIt) => {
    const store = openIt();
    await expect(store.read('a')).rejects.toThrow(StoreUnavailable);
    await expect(store.update('a', { add: { slots: 1 } })).rejects.toThrow(StoreUnavailable);
    await expect(store.write('a', { count: 1 }, undefined)).rejects.toThrow(
      /^The table could not be asked just now \(\w+\)\.$/,
    );
  });

  test('is one whose item another version wrote', async () => {
    const loose = createTable(
      'state',
      { ...config, endpoint: gateway.endpoint },
      Date.now,
    )({
      ...kind,
      schema: z.looseObject({}),
    });
    await loose.write('newer', { colour: 'red' }, undefined);
    await expect(open().read('newer')).rejects.toThrow('was written in a form that this version cannot read');
  });
});
