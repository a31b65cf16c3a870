import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler as api } from '../../functions/api.ts';
import { handler as queue } from '../../functions/queue.ts';
import { apiEvent, bodyOf, contextOf, type Doors, openDoors, returned } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

const create = (id: string, summary = 'once') => ({
  version: 1,
  id,
  connection: 'acme',
  operationId: 'postServiceTickets',
  request: { summary, company: { id: 1 } },
});
const post = (invocation: object, headers: Record<string, string> = {}) =>
  api(apiEvent('POST /invocations', { body: JSON.stringify(invocation), headers }), contextOf());
const look = (id: string, connection = 'acme') =>
  api(
    apiEvent('GET /invocations/{id}', { pathParameters: { id }, queryStringParameters: { connection } }),
    contextOf(),
  );
const run = async (...invocations: object[]) => {
  const event = doors.receive(...invocations.map((it) => JSON.stringify(it)));
  const response = await queue(event, contextOf());
  return { returned: returned(response), results: doors.takeResults() };
};
/** How many tickets ConnectWise holds of this summary. */
const ticketsOf = async (summary: string) => {
  const inputs = { conditions: `summary = "${summary}"` };
  const answer = await post({
    version: 1,
    connection: 'acme',
    operationId: 'getServiceTicketsCount',
    inputs,
  });
  return bodyOf(answer)['response'];
};

describe('the same write', () => {
  test('by queue twice, in one batch and in another, is executed once', async () => {
    const first = await run(create('twice', 'by queue'), create('twice', 'by queue'));
    const later = await run(create('twice', 'by queue'));
    const [one, ...others] = [...first.results, ...later.results];
    expect(one).toMatchObject({ id: 'twice', succeeded: true, responseCode: '201' });
    for (const other of others) expect(other).toEqual(one);
    // Whoever came while the first was at work waits for its result.
    expect(first.results.length + first.returned.length).toBe(2);
    expect(await ticketsOf('by queue')).toEqual({ count: 1 });
  });

  test('by the API and by queue is executed once', async () => {
    const answer = await post(create('both', 'by both'));
    const { results } = await run(create('both', 'by both'));
    expect(results).toEqual([bodyOf(answer)]);
    expect(await ticketsOf('by both')).toEqual({ count: 1 });
  });

  test('with another body is a conflict', async () => {
    await post(create('conflict'));
    const answer = await post(create('conflict', 'another'));
    expect(answer.statusCode).toBe(409);
    expect(bodyOf(answer)).toMatchObject({ reason: 'id_reused' });
  });

  test('under the same id of another connection is another write', async () => {
    await doors.connect('other');
    await post(create('shared', 'shared'));
    const answer = await post({ ...create('shared', 'shared'), connection: 'other' });
    expect(answer.statusCode).toBe(200);
    expect(await ticketsOf('shared')).toEqual({ count: 2 });
  });
});

describe('GET /invocations/{id}', () => {
  test('follows what was queued to its result', async () => {
    const queued = await post(create('followed'), { prefer: 'respond-async' });
    expect(queued.headers?.['location']).toBe('/invocations/followed?connection=acme');
    expect(bodyOf(await look('followed'))).toMatchObject({ status: 'queued', since: expect.any(String) });
    const { results } = await run();
    expect(bodyOf(await look('followed'))).toMatchObject({ status: 'done', result: results[0] });
  });

  test('tells the result of a read that was queued, and of a write by any door', async () => {
    const read = { version: 1, id: 'read', connection: 'acme', operationId: 'getSystemInfo' };
    await post(read, { prefer: 'respond-async' });
    await run(create('written'));
    for (const id of ['read', 'written']) {
      expect(bodyOf(await look(id))).toMatchObject({ id, status: 'done', result: { id, succeeded: true } });
    }
  });

  test('queues what was queued before only while it waits', async () => {
    await post(create('again'), { prefer: 'respond-async' });
    await post(create('again'), { prefer: 'respond-async' });
    const { results } = await run();
    expect(results.length).toBeGreaterThan(0);
    expect((await post(create('again'), { prefer: 'respond-async' })).statusCode).toBe(202);
    expect((await run()).results).toEqual([]);
    expect((await post(create('again', 'other'), { prefer: 'respond-async' })).statusCode).toBe(409);
  });

  test('knows nothing of what it was never told', async () => {
    expect((await look('never')).statusCode).toBe(404);
    expect((await look('written', 'other')).statusCode).toBe(404);
    const answer = await api(apiEvent('GET /invocations/{id}', { pathParameters: { id: 'x' } }), contextOf());
    expect(bodyOf(answer)).toMatchObject({ reason: 'invalid_query' });
  });
});
