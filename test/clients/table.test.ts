import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
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
