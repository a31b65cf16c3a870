import { describe, expect, test } from 'vitest';
import type { ManageRequest } from '../../lib/request.ts';
import type { Sent } from '../../lib/response.ts';
import { sendDivisible } from '../../lib/splitting/parts.ts';
import type { Split } from '../../lib/splitting/split.ts';
import { sentBack, tooMany } from '../answers.ts';
import { ungoverned } from '../memory-store.ts';
import { acme, siteOf } from '../observed-engine.ts';

const request: ManageRequest = {
  method: 'GET',
  path: '/company/companies',
  query: '',
  body: { kind: 'none' },
  version: '2022.1',
  wantsBytes: false,
  writes: false,
};
const split: Split = {
  kind: 'list',
  requests: [
    { ...request, query: 'part=1' },
    { ...request, query: 'part=2' },
  ],
  order: [{ path: ['id'], isDescending: false }],
  from: 0,
  to: 25,
  added: [],
};

/** Sends to a script; each part takes so long. */
async function endingOf(answers: readonly Sent[], partMs = 0, of: Split = split) {
  let nowMs = 0;
  const sent: string[] = [];
  const found = { found: true, connection: acme } as const;
  const parts = {
    connections: { find: async () => found, renew: async () => found },
    sites: { find: async () => siteOf('v2026_1'), renew: async () => siteOf('v2026_1') },
    send: async ({ query }: ManageRequest) => {
      nowMs += partMs;
      sent.push(query);
      return answers[sent.length - 1] ?? sentBack(500);
    },
    now: () => nowMs,
    sleep: async () => {},
    governor: ungoverned,
    random: () => 0,
    attemptTimeoutMs: 20_000,
  };
  const ending = await sendDivisible(parts, { request, split: of, deadlineMs: 10_000 }, acme);
  return { ending, sent };
}

const bodyOf = (sent: Sent | undefined): unknown =>
  sent?.kind === 'response' ? JSON.parse(Buffer.from(sent.response.bytes).toString()) : undefined;

describe('the parts of a read', () => {
  test('become one answer without links, in which no record is twice', async () => {
    const link = { link: '<https://x>; rel="next"', 'x-cw-request-id': 'abc' };
    const answers = [sentBack(200, [{ id: 3 }, { id: 1 }]), sentBack(200, [{ id: 2 }, { id: 3 }], link)];
    const { ending } = await endingOf(answers);
    const sent = ending.kind === 'sent' ? ending.sent : undefined;
    expect(bodyOf(sent)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    const headers = sent?.kind === 'response' ? sent.response.headers : undefined;
    expect([headers?.get('link'), headers?.get('x-cw-request-id')]).toEqual([null, 'abc']);
  });

  test('tell how often any of them was sent again', async () => {
    const { ending, sent } = await endingOf([
      sentBack(503),
      sentBack(200, []),
      sentBack(503),
      sentBack(200, []),
    ]);
    expect(sent).toEqual(['part=1', 'part=1', 'part=2', 'part=2']);
    expect(ending).toMatchObject({ kind: 'sent', retried: 2 });
  });

  test.each([
    ['a web page', '<html></html>'],
    ['a record', { id: 1 }],
    ['records without an id', [{ name: 'x' }]],
  ])('are not put together where one is answered by %s', async (_, body) => {
    const { ending } = await endingOf([sentBack(200, [{ id: 1 }]), sentBack(200, body)]);
    expect(ending).toMatchObject({ kind: 'unsent', failure: { reason: 'parts_not_merged' } });
  });

  test('are not counted where one is no count', async () => {
    const counts: Split = { kind: 'count', requests: split.requests };
    const { ending } = await endingOf([sentBack(200, { count: 1 }), sentBack(200, [])], 0, counts);
    expect(ending).toMatchObject({ kind: 'unsent', failure: { reason: 'parts_not_merged' } });
  });

  test('wait as a whole where ConnectWise asks for a pause', async () => {
    const { ending, sent } = await endingOf([sentBack(200, []), sentBack(429, tooMany)]);
    expect(sent).toHaveLength(2);
    expect(ending).toMatchObject({ kind: 'sent', verdict: { action: 'wait' } });
  });

  test('that take all the time do not come again for ever', async () => {
    const { ending, sent } = await endingOf([sentBack(200, [])], 9_500);
    expect(sent).toEqual(['part=1']);
    expect(ending).toMatchObject({ kind: 'unsent', failure: { reason: 'timed_out' } });
    expect(ending).not.toHaveProperty('waitMs');
  });
});

describe('their order', () => {
  const listed = async (order: Split & { kind: 'list' }, ...rows: object[]) => {
    const { ending } = await endingOf(
      [sentBack(200, rows.slice(0, 2)), sentBack(200, rows.slice(2))],
      0,
      order,
    );
    return bodyOf(ending.kind === 'sent' ? ending.sent : undefined);
  };
  const byName = (
    isDescending: boolean,
    added: readonly (readonly string[])[] = [],
  ): Split & { kind: 'list' } => ({
    ...split,
    kind: 'list',
    order: [
      { path: ['type', 'name'], isDescending },
      { path: ['id'], isDescending: false },
    ],
    from: 0,
    to: 25,
    added,
  });
  const named = (id: number, name?: string) => ({ id, ...(name !== undefined && { type: { name } }) });

  test('is without case, missing values first, equal ones by id', async () => {
    const rows = [named(4, 'b'), named(3, 'B'), named(1, 'A'), named(2)];
    expect(await listed(byName(false), ...rows)).toEqual([
      named(2),
      named(1, 'A'),
      named(3, 'B'),
      named(4, 'b'),
    ]);
    expect(await listed(byName(true), ...rows)).toEqual([
      named(3, 'B'),
      named(4, 'b'),
      named(1, 'A'),
      named(2),
    ]);
  });

  test('takes along what it was made by, but not into the answer', async () => {
    const rows = [{ id: 1, type: { id: 5, name: 'b' } }, { id: 2, type: { name: 'a' } }, { id: 3 }];
    expect(await listed(byName(false, [['type', 'name']]), ...rows)).toEqual([
      { id: 3 },
      { id: 2 },
      { id: 1, type: { id: 5 } },
    ]);
  });
});
