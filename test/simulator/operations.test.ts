import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { compile } from '../../lib/catalogue/compilation.ts';
import { exampleInputs, exampleRequest } from '../../lib/catalogue/example.ts';
import { createCatalogue } from '../../lib/catalogue/loading.ts';
import type { Method, Operation } from '../../lib/catalogue/operation.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { type Caller, createCaller } from './caller.ts';
import { faultsOf } from './conformity.ts';

/** The catalogue that everyone has: made from the published 2022.1 types, without a file of its own. */
let catalogue: Catalogue;
let caller: Caller | undefined;
beforeAll(() => {
  const { files } = compile(readPublishedTypes());
  catalogue = createCatalogue((name) => files.get(name) ?? '');
});
afterEach(async () => {
  await caller?.simulator.close();
});

/** The path with the inputs of the sample in it, and those that the sample puts into the query. */
function pathOf(operation: Operation): string {
  const inputs = Object.entries(exampleInputs(operation)).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => new Map(inputs).get(name) ?? '');
  const query = inputs.filter(([name]) => !operation.path.includes(`{${name}}`));
  return query.length === 0 ? path : `${path}?${new URLSearchParams(query)}`;
}

function bodyOf(operation: Operation): unknown {
  const { body } = operation;
  if (body.kind === 'json') return exampleRequest(operation, catalogue);
  if (body.kind !== 'multipart') return undefined;
  const form = new FormData();
  form.set('file', new File(['x'], 'x.txt', { type: 'text/plain' }));
  return form;
}

interface Outcome {
  readonly operation: Operation;
  readonly status: number;
  readonly json: unknown;
  readonly text: string;
}

/** Calls every operation of a method once; deletes go from the leaves to the root, so that no parent is gone too early. */
async function callAll(method: Method): Promise<Outcome[]> {
  caller = await createCaller({ catalogue, rows: 4 });
  const depth = ({ path }: Operation): number => path.split('/').filter((segment) => segment !== '').length;
  const operations = catalogue.all().filter((operation) => operation.method === method);
  const ordered =
    method === 'DELETE' ? operations.toSorted((left, right) => depth(right) - depth(left)) : operations;
  const outcomes: Outcome[] = [];
  for (const operation of ordered) {
    const { status, json, text } = await caller.call(method, pathOf(operation), bodyOf(operation));
    outcomes.push({ operation, status, json, text });
  }
  return outcomes;
}

describe.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)(
  'every %s of the default catalogue',
  (method) => {
    test('answers its success status with what its schema says', { timeout: 60_000 }, async () => {
      const outcomes = await callAll(method);
      const wrong = outcomes.flatMap(({ operation: { path, success }, status, json, text }) => {
        if (status !== success.status) return [`${path}: ${status} instead of ${success.status}: ${text}`];
        const isTyped = success.schema !== undefined && !['binary', 'empty', 'multi'].includes(success.kind);
        return isTyped ? faultsOf(json, success.schema, path, catalogue).slice(0, 3) : [];
      });
      expect(wrong).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(250);
    });
  },
);

test('a simulator is created in under a second', async () => {
  catalogue.all();
  const startMs = performance.now();
  caller = await createCaller({ catalogue });
  expect(performance.now() - startMs).toBeLessThan(1000);
});

test('the same seed makes the same records', async () => {
  const bodies: string[] = [];
  for (const seed of [1, 1, 2]) {
    const one = await createCaller({ catalogue, seed });
    bodies.push(
      (await one.get('/service/tickets/1?fields=summary,company/id,budgetHours,contactName,zip')).text,
    );
    await one.simulator.close();
  }
  expect(bodies[0]).toBe(bodies[1]);
  expect(bodies[0]).not.toBe(bodies[2]);
});
