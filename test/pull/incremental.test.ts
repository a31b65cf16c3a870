import { describe, expect, test } from 'vitest';
import { sentBack } from '../answers.ts';
import { start } from './peace.ts';

describe('a pull by a checkpoint', () => {
  test('takes everything first, and then what is new or changed', async () => {
    const { source, pull } = start();
    const first = await pull();
    expect(first.rows).toHaveLength(10);
    expect(first.claim).toMatchObject({ by: 'lastUpdated', moved: true, sequence: 1, alreadySent: 0 });
    expect(first.claim).not.toHaveProperty('since');
    source.clock.nowMs += 60_000;
    source.add();
    const second = await pull();
    expect(second.rows).toEqual(source.filtered(undefined).slice(-1));
    expect(second.claim).toMatchObject({ sequence: 2, alreadySent: 10 });
    const third = await pull();
    expect(third.pages).toEqual([]);
    expect(third.result?.certificate).toMatchObject({ complete: true, rows: 0, pages: 0 });
  });

  test('asks since the watermark less the overlap, by the clock of the source', async () => {
    const { source, pull } = start();
    await pull();
    source.clock.nowMs += 3_600_000;
    source.add();
    const watermark = source.filtered(undefined).at(-1)?._info?.lastUpdated;
    const { claim } = await pull({ overlapSeconds: 60 });
    expect(claim).toMatchObject({ since: '2026-01-31T14:59:00Z', watermark });
  });

  test('of records without lastUpdated compares their content', async () => {
    const { source, pull } = start({ isStamped: false });
    await pull();
    source.add();
    const { rows, claim } = await pull();
    expect(rows).toEqual(source.filtered(undefined).slice(-1));
    expect(claim).toMatchObject({ by: 'content', alreadySent: 10 });
    expect(claim).not.toHaveProperty('watermark');
  });

  test('is refused for another filter, with what the checkpoint belongs to', async () => {
    const { pull } = start();
    await pull();
    const { result, pages } = await pull({}, { inputs: { conditions: 'closedFlag = true' } });
    expect(pages).toEqual([]);
    expect(result?.failure).toMatchObject({
      reason: 'checkpoint_of_another',
      message: expect.stringContaining("The checkpoint 'tickets' belongs to getServiceTickets with"),
    });
  });

  test.each([
    ['without all pages', { pages: 2 }],
    ['without pages', { pages: undefined }],
    ['in another order', { inputs: { orderBy: 'summary' } }],
  ])('is refused %s', async (_, { pages, ...more }: { pages?: number | undefined; inputs?: object }) => {
    const { pull } = start();
    const inputs = more.inputs ? { inputs: { ...more.inputs } } : {};
    const isAll = more.inputs !== undefined;
    const { result } = await pull({}, { ...inputs, ...(!isAll && { pages }) });
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'invalid_inputs' } });
  });
});

describe('a sweep', () => {
  const swept = { deletes: 'sweep', maxDeletedShare: 0.5 };

  test.each([[false], [true]])('tells what is gone, also where it is only marked: %s', async (isMarked) => {
    const { source, pull } = start({ isMarked });
    await pull(swept);
    const [, second, , , fifth] = source.filtered(undefined).map(({ id }) => id);
    for (const id of [second ?? 0, fifth ?? 0]) source.remove(id);
    const { rows, claim } = await pull(swept);
    expect(rows).toEqual([
      { id: second, deleted: true },
      { id: fifth, deleted: true },
    ]);
    expect(claim).toMatchObject({ deleted: 2, alreadySent: 8 });
    expect((await pull(swept)).claim).toMatchObject({ deleted: 0 });
  });

  test('sends nothing where too many are gone, and leaves the checkpoint where it was', async () => {
    const { source, pull } = start({ records: 4 });
    await pull({ deletes: 'sweep' });
    source.remove(source.filtered(undefined)[0]?.id ?? 0);
    const { result, pages } = await pull({ deletes: 'sweep', maxDeletedShare: 0 });
    expect(pages).toEqual([]);
    expect(result).toMatchObject({
      succeeded: false,
      failure: { reason: 'too_many_deleted', message: expect.stringContaining('1 of 4 records are gone') },
      certificate: { complete: false, incremental: { moved: false } },
    });
    const { claim } = await pull({ deletes: 'sweep', maxDeletedShare: 1 });
    expect(claim).toMatchObject({ moved: true, sequence: 2, deleted: 1 });
  });
});

describe('a pull by a checkpoint and a filter', () => {
  test('keeps to both, however the filter is put', async () => {
    const { source, pull } = start();
    const filter = { inputs: { conditions: 'closedFlag = true or closedFlag = false' } };
    await pull({ overlapSeconds: 0 }, filter);
    source.clock.nowMs += 3_600_000;
    const id = source.filtered(undefined)[3]?.id ?? 0;
    source.retitle(id, 'the newest');
    expect((await pull({ overlapSeconds: 0 }, filter)).rows).toMatchObject([{ id }]);
    expect((await pull({ overlapSeconds: 0 }, filter)).rows).toEqual([]);
  });

  test('reads all records where very many came into the filter by a change elsewhere', async () => {
    const { source, pull } = start({ records: 100 });
    const filter = { inputs: { pageSize: 30, conditions: 'openFlag = true' } };
    const swept = { deletes: 'sweep', maxDeletedShare: 1, overlapSeconds: 0 };
    const ids = source.filtered(undefined).map(({ id }) => id);
    for (const id of ids) source.open(id, true);
    await pull(swept, filter);
    source.clock.nowMs += 3_600_000;
    for (const id of ids.slice(0, 90)) source.open(id, false);
    source.retitle(ids[95] ?? 0, 'the newest');
    expect((await pull(swept, filter)).claim).toMatchObject({ deleted: 90 });
    for (const id of ids) source.open(id, true);
    const { rows, claim } = await pull(swept, filter);
    expect(rows).toHaveLength(99);
    expect(claim).not.toHaveProperty('since');
  });
});

describe('a collection that cannot be filtered by id', () => {
  test('is swept and pulled by the walk of ConnectWise, and what came into the filter by a change elsewhere is found', async () => {
    const refusal = { code: 'ApiFindCondition', message: 'id is not a recognized name.' };
    const { source, pull } = start({
      answer: ({ query }) =>
        /\bid (?:>|<=|in)/.test(new URLSearchParams(query).get('conditions') ?? '')
          ? sentBack(400, refusal)
          : undefined,
    });
    const filter = { inputs: { conditions: 'openFlag = true' } };
    const swept = { deletes: 'sweep', maxDeletedShare: 1, overlapSeconds: 0 };
    const ids = source.filtered(undefined).map(({ id }) => id);
    for (const id of ids) source.open(id, true);
    const [first = 0, second = 0] = ids;
    await pull(swept, filter);
    source.clock.nowMs += 3_600_000;
    source.retitle(second, 'the newest');
    source.open(first, false);
    expect((await pull(swept, filter)).claim).toMatchObject({ deleted: 1 });
    source.open(first, true);
    const { rows, result } = await pull(swept, filter);
    expect(rows.map((row) => Object(row).id)).toContain(first);
    expect(result?.certificate).toMatchObject({ complete: true, way: 'forward-only' });
    expect(result?.certificate?.incremental).not.toHaveProperty('since');
  });
});

describe('a whole pull by page numbers', () => {
  /** The order is the caller's, so pages go by number. */
  const numbered = { inputs: { orderBy: 'summary', pageSize: 4 }, incremental: undefined };

  test('is complete where it is one page that is not full', async () => {
    const { pull } = start({ records: 3 });
    const { result } = await pull({}, numbered);
    expect(result?.certificate).toMatchObject({ complete: true, way: 'numbers', rows: 3 });
  });

  test('does not claim to be complete where the first page was full, though the second was empty', async () => {
    const { pull } = start({ records: 4 });
    const { result } = await pull({}, numbered);
    expect(result?.certificate).toMatchObject({ complete: false, way: 'numbers', rows: 4, pages: 1 });
  });
});
