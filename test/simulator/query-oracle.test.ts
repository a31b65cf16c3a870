import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, createCaller } from './caller.ts';
import { orders, questions, type Row } from './condition-oracle.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await createCaller({ rows: 60 });
});
afterAll(() => caller.simulator.close());

async function rows(): Promise<Row[]> {
  const { json } = await caller.get('/service/tickets?pageSize=1000');
  return Array.isArray(json) ? json : [];
}

const search = (conditions: string, orderBy: string): Promise<unknown> =>
  caller
    .call('POST', '/service/tickets/search?pageSize=1000&fields=id', { conditions, orderBy })
    .then(({ json }) => (Array.isArray(json) ? json.map(({ id }: { id: number }) => id) : json));

test('any condition and order give what a naive reading gives', async () => {
  const all = await rows();
  const property = fc.asyncProperty(questions, orders, async (question, order) => {
    const expected = all.filter(question.holds).toSorted(order.compare);
    expect(await search(question.text, order.text)).toEqual(expected.map((row) => row['id']));
  });
  await fc.assert(property, { numRuns: 200 });
});

test('they still do while records come, change and go', async () => {
  const property = fc.asyncProperty(
    questions,
    orders,
    fc.integer({ min: 1, max: 5 }),
    async (question, order, changes) => {
      await search(question.text, order.text);
      caller.simulator.mutate(changes);
      const expected = (await rows()).filter(question.holds).toSorted(order.compare);
      expect(await search(question.text, order.text)).toEqual(expected.map((row) => row['id']));
    },
  );
  await fc.assert(property, { numRuns: 60 });
});
