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

  test('what it told as deleted comes again where it comes back unchanged', async () => {
    let isFailing = false;
    const answer = (request: Asked) =>
      isFailing && /lastUpdated/.test(conditionsOf(request)) ? refused : undefined;
    const { source, world, pull } = start({ answer });
    const asked = { inputs: { pageSize: 4, conditions: 'openFlag = true' } };
    const swept = { deletes: 'sweep', maxDeletedShare: 1, overlapSeconds: 0 };
    const ids = source.filtered(undefined).map((row) => row.id);
    for (const id of ids) source.open(id, true);
    const [first = 0, second = 0] = ids;
    await pull(swept, asked);
    source.clock.nowMs += 3_600_000;
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
  });
});
