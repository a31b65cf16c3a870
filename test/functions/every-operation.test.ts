import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { queueHandler } from '../../functions/queue.ts';
import { createServices, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import type { Operation } from '../../lib/catalogue/operation.ts';
import { sample } from '../../lib/catalogue/sample.ts';
import { contextOf, type Doors, openDoors, returned } from './doors.ts';

const catalogue = loadCatalogue(join(inject('taskRoot'), '.catalogue'));

/** Operations that cannot be answered 2xx, each with its reason. There are none. */
const exceptions: Readonly<Record<string, string>> = {};

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

/** Reads first, deletions last and children before their parents: a write changes what those that come after find. */
function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const rank = ({ method, path }: Operation) => {
    if (method !== 'DELETE') return method === 'GET' ? 0 : 1;
    return 1000 - path.split('/').filter(Boolean).length;
  };
  return operations.toSorted((a, b) => rank(a) - rank(b));
}

/** A queue function that keeps to the governor's pace, on a clock that does not make anybody wait. */
function hurried() {
  const settings = readSettings();
  let aheadMs = 0;
  const outside = {
    ...reachOut(settings),
    now: () => Date.now() + aheadMs,
    sleep: async (waitMs: number) => {
      aheadMs += waitMs;
    },
  };
  const services = createServices(settings, outside);
  return queueHandler(() => services);
}

const messageOf = (operation: Operation) =>
  JSON.stringify({
    version: 1,
    id: operation.operationId,
    connection: 'acme',
    ...sample(operation, catalogue).example,
  });

test('every operation of the catalogue goes through the queue and comes back 2xx', {
  timeout: 240_000,
}, async () => {
  const operations = inOrder(catalogue.all());
  const handler = hurried();
  const results: Record<string, unknown>[] = [];
  for (let start = 0; start < operations.length; start += 10) {
    const event = doors.receive(...operations.slice(start, start + 10).map(messageOf));
    expect(returned(await handler(event, contextOf()))).toEqual([]);
    results.push(...doors.takeResults());
  }
  const failed = results.filter(({ id, succeeded }) => succeeded !== true && !(String(id) in exceptions));
  expect(failed.map(({ id, responseCode, failure }) => ({ id, responseCode, failure }))).toEqual([]);
  expect(results).toHaveLength(2814);
  expect(results.every(({ responseCode }) => /^2\d\d$/.test(String(responseCode)))).toBe(true);
});
