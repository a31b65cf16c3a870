import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Caller, createCaller, type Options } from './caller.ts';

let caller: Caller | undefined;
afterEach(() => caller?.simulator.close());

async function start(options: Options = {}) {
  const clock = { timeMs: Date.UTC(2026, 10, 23) };
  caller = await createCaller({ rows: 3, writeLagMs: 5000, now: () => new Date(clock.timeMs), ...options });
  return { ...caller, clock };
}

const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];
const name = async ({ get }: Pick<Caller, 'get'>, id: number) =>
  Object((await get(`/service/boards/${id}`)).json).name;

test('a deleted record is shown until its lag is over', async () => {
  const { call, get, clock } = await start({ deletionLagMs: 5000 });
  const statuses = [(await call('DELETE', '/service/boards/2')).status];
  statuses.push((await get('/service/boards/2')).status);
  statuses.push((await call('DELETE', '/service/boards/2')).status);
  clock.timeMs += 5000;
  statuses.push((await get('/service/boards/2')).status);
  expect(statuses).toEqual([204, 200, 404, 404]);
});

describe('reads that lag behind', () => {
  test('show a created record when the lag is over', async () => {
    const { call, get, ids, clock } = await start();
    const created = await call('POST', '/service/boards', { name: 'New' });
    expect([created.status, (await get('/service/boards/4')).status]).toEqual([201, 404]);
    expect(await ids('/service/boards')).toEqual([1, 2, 3]);
    expect((await get('/service/boards/count')).json).toEqual({ count: 3 });
    clock.timeMs += 5000;
    expect(await ids('/service/boards')).toEqual([1, 2, 3, 4]);
  });

  test('show a changed record as it was', async () => {
    const own = await start();
    const before = await name(own, 2);
    const { json } = await own.call('PATCH', '/service/boards/2', replace('name', 'First'));
    own.clock.timeMs += 3000;
    await own.call('PATCH', '/service/boards/2', replace('name', 'Second'));
    expect([Object(json).name, await name(own, 2)]).toEqual(['First', before]);
    own.clock.timeMs += 2000;
    expect(await name(own, 2)).toBe('First');
    own.clock.timeMs += 3000;
    expect(await name(own, 2)).toBe('Second');
  });

  test('do not keep writes from what was written', async () => {
    const { call, get, clock } = await start();
    await call('POST', '/company/companies', { identifier: 'Late', name: 'Late' });
    const ticket = await call('POST', '/service/tickets', { summary: 'x', company: { identifier: 'Late' } });
    await call('PATCH', '/service/tickets/4', replace('severity', 'High'));
    clock.timeMs += 5000;
    expect([ticket.status, (await get('/service/tickets/4')).json]).toMatchObject([
      201,
      { severity: 'High', company: { id: 4 } },
    ]);
  });

  test('see a deletion and the change before it together', async () => {
    const { call, get, clock } = await start({ deletionLagMs: 0 });
    await call('PATCH', '/service/boards/2', replace('name', 'Doomed'));
    await call('DELETE', '/service/boards/2');
    const statuses = [(await get('/service/boards/2')).status];
    clock.timeMs += 5000;
    statuses.push((await get('/service/boards/2')).status);
    expect(statuses).toEqual([404, 404]);
  });
});

/** What a step does: lets time pass, or writes to a board, which may not be there. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 4000 }) }),
  fc.record({
    kind: fc.constantFrom('rename' as const, 'delete' as const),
    id: fc.integer({ min: 2, max: 4 }),
  }),
  fc.record({ kind: fc.constant('create' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A write that was answered with success: when reads see it, and the name that it left; none where it deleted. */
interface Version {
  readonly dueMs: number;
  readonly name: string | undefined;
}

test('reads show what the newest write of each record left that is not late', async () => {
  const lag = fc.constantFrom(0, 2000, 5000);
  const run = async (writeLagMs: number, deletionLagMs: number, steps: readonly Step[]) => {
    const own = await start({ writeLagMs, deletionLagMs });
    const { call, get, clock } = own;
    const versions = new Map<number, Version[]>();
    for (const id of [1, 2, 3]) versions.set(id, [{ dueMs: 0, name: await name(own, id) }]);
    const note = (id: number, lagMs: number, left: string | undefined): void => {
      const version = { dueMs: clock.timeMs + lagMs, name: left };
      versions.set(id, [...(versions.get(id) ?? []), version]);
    };
    for (const [index, one] of steps.entries()) {
      const title = `Board ${index}`;
      if (one.kind === 'wait') clock.timeMs += one.ms;
      if (one.kind === 'create')
        note(Object((await call('POST', '/service/boards', { name: title })).json).id, writeLagMs, title);
      if (one.kind === 'rename') {
        const { status } = await call('PATCH', `/service/boards/${one.id}`, replace('name', title));
        if (status === 200) note(one.id, writeLagMs, title);
      }
      if (one.kind === 'delete') {
        const { status } = await call('DELETE', `/service/boards/${one.id}`);
        if (status === 204) note(one.id, deletionLagMs, undefined);
      }
      const expected = [...versions].flatMap(([id, all]) => {
        const left = all.findLast(({ dueMs }) => dueMs <= clock.timeMs)?.name;
        return left === undefined ? [] : [{ id, name: left }];
      });
      expect((await get('/service/boards?fields=id,name')).json).toEqual(expected);
    }
    await own.simulator.close();
  };
  await fc.assert(fc.asyncProperty(lag, lag, fc.array(step, { minLength: 8, maxLength: 16 }), run), {
    numRuns: 60,
  });
});
