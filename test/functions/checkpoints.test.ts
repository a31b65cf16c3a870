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

/** Delivers what is on the queue until nothing comes any more. */
async function pull(incremental: object, operationId = 'getServiceTickets') {
  const message = { version: 1, connection: 'acme', operationId, pages: 'all', incremental };
  doors.put(JSON.stringify(message));
  for (let delivery = 0; delivery < 20; delivery++) {
    const event = doors.receive();
    if (event.Records.length === 0) break;
    doors.settle(event, returned(await queue(event, contextOf())));
    doors.passTime(800_000);
  }
  const results = doors.takeResults();
  const rows = results.flatMap(({ page, response }) => (page && Array.isArray(response) ? response : []));
  return { rows, end: results.find((it) => !('page' in it)) };
}

const call = (method: string, name: string, body?: object) =>
  api(
    apiEvent(`${method} /checkpoints/{name}`, {
      pathParameters: { name },
      queryStringParameters: { connection: 'acme' },
      ...(body && { body: JSON.stringify(body) }),
    }),
    contextOf(),
  );

describe('a checkpoint', () => {
  test('lets the next pull of the simulator send nothing again', async () => {
    const first = await pull({ checkpoint: 'tickets', deletes: 'sweep' });
    expect(first.rows.length).toBeGreaterThan(30);
    expect(first.end).toMatchObject({ certificate: { complete: true, incremental: { moved: true } } });
    const second = await pull({ checkpoint: 'tickets', deletes: 'sweep' });
    expect(second.rows).toEqual([]);
    expect(second.end).toMatchObject({ certificate: { complete: true, incremental: { sequence: 2 } } });
  });

  test('is shown, put back and reset', async () => {
    const shown = bodyOf(await call('GET', 'tickets'));
    expect(shown).toMatchObject({ operationId: 'getServiceTickets', by: 'lastUpdated', pulls: 2 });
    const back = await call('PUT', 'tickets', { watermark: '2000-01-01' });
    expect(bodyOf(back)).toMatchObject({ watermark: '2000-01-01T00:00:00Z' });
    const again = await pull({ checkpoint: 'tickets', deletes: 'sweep' });
    expect(again.rows.length).toBeGreaterThan(30);
    expect((await call('DELETE', 'tickets')).statusCode).toBe(204);
    expect((await call('GET', 'tickets')).statusCode).toBe(404);
  });

  test('is not put forward, nor to what is no time', async () => {
    await pull({ checkpoint: 'boards' }, 'getServiceBoards');
    for (const watermark of ['2999-01-01', 'yesterday']) {
      const answer = await call('PUT', 'boards', { watermark });
      expect(answer.statusCode).toBe(400);
      expect(bodyOf(answer)).toMatchObject({ reason: 'invalid_request' });
    }
  });
});
