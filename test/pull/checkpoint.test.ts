import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eager } from '../../cli/chaos/pulls/consumers.ts';
import { sentBack, tooMany } from '../answers.ts';
import { type Asked, invocationOf, start } from './peace.ts';

const conditionsOf = ({ query }: Asked) => new URLSearchParams(query).get('conditions') ?? '';
const isCount = ({ path }: Asked) => path.endsWith('/count');
const refused = sentBack(400, 'No.');

describe('two pulls by one checkpoint', () => {
  test('do not go on at once: the second waits', async () => {
    let second: ReturnType<typeof world.deliver> | undefined;
    const { world, pull } = start({
      answer: () => {
        second ??= world.deliver('another', 2, invocationOf());
        return undefined;
      },
    });
    const { claim } = await pull();
    expect(claim).toMatchObject({ moved: true });
    expect(await second).toMatchObject({ kind: 'wait', result: { failure: { reason: 'in_progress' } } });
    expect(world.arrivals.filter((it) => it.pull === 2)).toEqual([]);
  });

  test('where one never ended, the next takes its turn after a while, and the first ends when it comes back', async () => {
    let isAway = true;
    const isLater = (request: Asked) => /id > /.test(conditionsOf(request)) && !isCount(request);
    const { world, pull } = start({
      answer: (request) => (isAway && isLater(request) ? sentBack(429, tooMany) : undefined),
    });
    expect(await world.deliver('another', 2, invocationOf())).toMatchObject({ kind: 'wait' });
    isAway = false;
    const { claim, rows } = await pull();
    expect(claim).toMatchObject({ moved: true, sequence: 1 });
    expect(rows).toHaveLength(10);
    const sent = world.arrivals.length;
    const late = await world.deliver('another', 2, invocationOf());
    expect(late).toMatchObject({ kind: 'result', result: { failure: { reason: 'checkpoint_taken' } } });
    expect(world.arrivals.slice(sent).filter(({ result }) => result.page)).toEqual([]);
  });
});

describe('a checkpoint', () => {
  test('misses nothing that is changed in the very second of its watermark', async () => {
    const { source, world, pull } = start();
    const { claim } = await pull({ overlapSeconds: 0 });
    source.clock.nowMs = Date.parse(claim?.watermark ?? '');
    const id = source.filtered(undefined)[0]?.id ?? 0;
    source.retitle(id, 'in the same second');
    source.clock.nowMs += 3_600_000;
    await pull({ overlapSeconds: 0 });
    expect(eager(world.arrivals).get(id)).toMatchObject({ summary: 'in the same second' });
  });

  test('is for one operation, filter and way of telling deletes, but for pages of any size', async () => {
    const { pull } = start();
    await pull();
    const swept = await pull({ deletes: 'sweep' });
    expect(swept.result?.failure).toMatchObject({ reason: 'checkpoint_of_another' });
    const larger = await pull({}, { inputs: { pageSize: 9 } });
    expect(larger.claim).toMatchObject({ moved: true, sequence: 2, alreadySent: 10 });
  });
});

/** A pull whose worker dies when its first page is out, and whose message is lost; what it sent of the record is taken back then. */
async function dieAfterPage() {
  let isDying = false;
  const answer = (request: Asked) =>
    isDying && /id > /.test(conditionsOf(request)) ? new Promise<never>(() => undefined) : undefined;
  const { source, world, pull } = start({ isStamped: false, answer });
  const id = source.filtered(undefined)[0]?.id ?? 0;
  source.retitle(id, 'as it was');
  await pull();
  source.retitle(id, 'for a moment');
  isDying = true;
  const before = world.arrivals.length;
  void world.deliver('dying', 2, invocationOf());
  while (world.arrivals.length === before) await setImmediate();
  isDying = false;
  source.retitle(id, 'as it was');
  return { id, source, world, pull };
}

describe('after a pull that never ended', () => {
  test('the page that may be out is not taken for what the consumer has', async () => {
    const { id, source, world, pull } = await dieAfterPage();
    source.clock.nowMs += 2 * 3_600_000;
    const { claim } = await pull();
    expect(claim).toMatchObject({ moved: true, alreadySent: 9 });
    expect(eager(world.arrivals).get(id)).toMatchObject({ summary: 'as it was' });
  });

  test('nothing is taken for it, where nobody knows any more what was sent', async () => {
    const { id, source, world, pull } = await dieAfterPage();
    source.clock.nowMs += 40 * 86_400_000;
    world.pulls.clear();
    const { claim } = await pull();
    expect(claim).toMatchObject({ moved: true, alreadySent: 0 });
    expect(eager(world.arrivals).get(id)).toMatchObject({ summary: 'as it was' });
  });
});

describe('after a pull that failed', () => {
  test('what it sent is not taken for what the consumer has', async () => {
    let isFailing = false;
    const answer = (request: Asked) =>
      isFailing && /id > /.test(conditionsOf(request)) && !isCount(request) ? refused : undefined;
    const { source, world, pull } = start({ isStamped: false, answer });
    const id = source.filtered(undefined)[0]?.id ?? 0;
    source.retitle(id, 'as it was');
    await pull();
    source.retitle(id, 'for a moment');
    isFailing = true;
    const second = await pull();
    expect(second.result).toMatchObject({ succeeded: false });
    expect(second.rows).toMatchObject([{ id, summary: 'for a moment' }]);
    isFailing = false;
    source.retitle(id, 'as it was');
    await pull();
    expect(eager(world.arrivals).get(id)).toMatchObject({ summary: 'as it was' });
  });

  test.each([
    ['long ago', 0, 3_600_000],
    ['lately', 300, 0],
  ])(
    'what it told as deleted comes again where it comes back as it was %s',
    async (_, overlapSeconds, passMs) => {
      let isFailing = false;
      const answer = (request: Asked) =>
        isFailing && /lastUpdated/.test(conditionsOf(request)) ? refused : undefined;
      const { source, world, pull } = start({ answer });
      const asked = { inputs: { pageSize: 4, conditions: 'openFlag = true' } };
      const swept = { deletes: 'sweep', maxDeletedShare: 1, overlapSeconds };
      const ids = source.filtered(undefined).map((row) => row.id);
      for (const id of ids) source.open(id, true);
      const [first = 0, second = 0] = ids;
      await pull(swept, asked);
      source.clock.nowMs += passMs;
      source.retitle(second, 'the newest');
      await pull(swept, asked);
      source.open(first, false);
      isFailing = true;
      const failed = await pull(swept, asked);
      expect(failed.rows).toEqual([{ id: first, deleted: true }]);
      expect(failed.result).toMatchObject({ succeeded: false });
      isFailing = false;
      source.open(first, true);
      await pull(swept, asked);
      expect(eager(world.arrivals).get(first)).toMatchObject({ id: first });
    },
  );
});

describe('a sweep of more than a call, or a page', () => {
  test('keeps the ids that it has found, where it is interrupted', async () => {
    let isAway = true;
    const answer = (request: Asked) => {
      if (!isAway || !/id > \d{4}/.test(conditionsOf(request)) || isCount(request)) return undefined;
      isAway = false;
      return sentBack(429, tooMany);
    };
    const { source, pull } = start({ records: 1_200, answer });
    const more = { inputs: { pageSize: 1_000 } };
    const first = await pull({ deletes: 'sweep' }, more);
    expect(isAway).toBe(false);
    expect(first.rows.map((row) => Object(row).id)).toEqual(source.filtered(undefined).map(({ id }) => id));
    expect(first.claim).toMatchObject({ moved: true, leftForNext: 0 });
    const second = await pull({ deletes: 'sweep' }, more);
    expect(second.claim).toMatchObject({ deleted: 0 });
  });

  test('tells each that is gone once', async () => {
    const { source, pull } = start({ records: 1_200 });
    const swept = { deletes: 'sweep', maxDeletedShare: 1 };
    await pull(swept);
    const gone = source
      .filtered(undefined)
      .slice(50)
      .map(({ id }) => id);
    gone.forEach(source.remove);
    const { pages, rows, claim } = await pull(swept);
    expect(rows).toEqual(gone.map((id) => ({ id, deleted: true })));
    expect(pages.map(({ page }) => page?.rows)).toEqual([1_000, 150]);
    expect(claim).toMatchObject({ deleted: 1_150 });
  });
});
