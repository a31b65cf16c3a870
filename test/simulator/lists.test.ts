import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, createCaller } from './caller.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await createCaller({ rows: 60 });
});
afterAll(() => caller.simulator.close());

const idsOf = (json: unknown): number[] =>
  Array.isArray(json) ? json.map((item: { id: number }) => item.id) : [];
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

function relations(link: string | null): Record<string, string> {
  const parts = [...(link ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)];
  return Object.fromEntries(parts.map(([, url = '', rel = '']) => [rel, url]));
}

describe('paging by number', () => {
  test('gives 25 records where no size is asked for', async () => {
    expect(idsOf((await caller.get('/service/boards')).json)).toEqual(numbers(1, 25));
  });

  test('gives an empty list past the end', async () => {
    const { status, json } = await caller.get('/service/boards?page=9999');
    expect([status, json]).toEqual([200, []]);
  });

  test('caps the size at 1,000 without a word', async () => {
    const large = await createCaller({ rows: 1200 });
    const { json } = await large.get('/service/boards?pageSize=5000');
    await large.simulator.close();
    expect(idsOf(json)).toHaveLength(1000);
  });

  test('links with trailing slash, lower-case escapes and page last', async () => {
    const { headers } = await caller.get('/service/boards?page=2&conditions=id%20%3E%200&pageSize=20');
    const base = `${caller.simulator.url}/v4_6_release/apis/3.0/service/boards/?conditions=id+%3e+0&pageSize=20&page=`;
    expect(relations(headers.get('link'))).toEqual({
      first: `${base}1`,
      prev: `${base}1`,
      next: `${base}3`,
      last: `${base}3`,
    });
  });

  test('leaves next out on the last page', async () => {
    const { headers } = await caller.get('/service/boards?page=3');
    expect(Object.keys(relations(headers.get('link')))).toEqual(['first', 'prev']);
  });

  test('sends no link where all fits one page', async () => {
    expect((await caller.get('/service/boards?pageSize=100')).headers.get('link')).toBeNull();
  });
});

describe('forward-only paging', () => {
  const forward = { 'pagination-type': 'forward-only' };

  test('goes on after pageId and ignores page', async () => {
    const { json, headers } = await caller.get('/service/boards?pageSize=2&pageId=7&page=20', forward);
    expect(idsOf(json)).toEqual([8, 9]);
    expect(relations(headers.get('link'))).toEqual({
      next: `${caller.simulator.url}/v4_6_release/apis/3.0/service/boards/?pageSize=2&pageId=9`,
    });
  });

  test('refuses orderBy', async () => {
    expect((await caller.get('/service/boards?orderBy=name', forward)).status).toBe(400);
  });
});

test('every walk returns each record once', async () => {
  const walk = async (path: string, headers: Record<string, string>): Promise<number[]> => {
    const seen: number[] = [];
    let next: string | undefined = path;
    for (let pages = 0; next !== undefined && pages < 100; pages += 1) {
      const reply = await caller.get(next, headers);
      seen.push(...idsOf(reply.json));
      next = relations(reply.headers.get('link'))['next']?.replace(/^.*apis\/3\.0/, '');
    }
    return seen;
  };
  const sizes = fc.integer({ min: 1, max: 70 });
  const property = fc.asyncProperty(
    sizes,
    fc.boolean(),
    fc.integer({ min: 0, max: 60 }),
    async (size, isForward, least) => {
      const headers: Record<string, string> = isForward ? { 'pagination-type': 'forward-only' } : {};
      const ids = await walk(`/service/boards?pageSize=${size}&conditions=id%20%3E%20${least}`, headers);
      expect(ids).toEqual(numbers(least + 1, 60));
    },
  );
  await fc.assert(property, { numRuns: 20 });
});

describe('fields and orderBy', () => {
  test('take only what is named, nested too', async () => {
    const { json } = await caller.get('/service/tickets/3?fields=ID,company/name,nonsense');
    expect(json).toEqual({ id: 3, company: { name: expect.any(String) } });
  });

  test('keep _info out unless it is named', async () => {
    const { json } = await caller.get('/service/tickets/3?fields=id,_info/lastUpdated');
    expect(json).toEqual({
      id: 3,
      _info: { lastUpdated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
    });
  });

  test('sort downwards by a nested member, then by id', async () => {
    const { json } = await caller.get(
      '/service/tickets?pageSize=60&fields=id,board/id&orderBy=board/id%20desc,id',
    );
    const rows = (Array.isArray(json) ? json : []).map((row: { id: number; board: { id: number } }) => row);
    const sorted = rows.toSorted((left, right) => right.board.id - left.board.id || left.id - right.id);
    expect(rows).toHaveLength(60);
    expect(rows).toEqual(sorted);
  });
});

describe('counts', () => {
  test('take the same conditions as their list', async () => {
    expect((await caller.get('/service/boards/count?conditions=id%20%3C%3D%2012')).json).toEqual({
      count: 12,
    });
  });
});

test('info shows the records of its collection', async () => {
  const [whole, view] = await Promise.all([
    caller.get('/company/companies/4'),
    caller.get('/company/companies/4/info'),
  ]);
  const { name, identifier } = Object(whole.json);
  expect(view.json).toEqual({ id: 4, name, identifier, phone: expect.any(String) });
});

test('a reference carries the name of its record', async () => {
  const { json } = await caller.get('/service/tickets/5?fields=board/id,board/name');
  const { board } = Object(json);
  expect((await caller.get(`/service/boards/${board.id}?fields=id,name`)).json).toEqual(board);
});

describe('a page that is read again', () => {
  const page = '/company/companies?pageSize=3';

  test('is the same, byte for byte', async () => {
    const first = await caller.get(page);
    expect((await caller.get(page)).text).toBe(first.text);
  });

  test('shows what was changed since, and each record as it is shown alone', async () => {
    const own = await createCaller({ rows: 3 });
    await own.get(page);
    await own.call('PATCH', '/company/companies/2', [{ op: 'replace', path: 'name', value: 'Renamed' }]);
    await own.get(page);
    await own.call('DELETE', '/company/companies/3');
    const { json } = await own.get(page);
    const alone = [1, 2, 3].map(async (id) => (await own.get(`/company/companies/${id}`)).json);
    expect(json).toEqual(await Promise.all(alone));
    expect(json).toMatchObject([{}, { name: 'Renamed' }, { deletedFlag: true }]);
    await own.simulator.close();
  });

  test('has the addresses of the codebase that was rolled to', async () => {
    const own = await createCaller({ rows: 3 });
    const tickets = '/service/tickets?pageSize=1';
    expect((await own.get(tickets)).text).toContain('/v2026_1//apis/');
    own.simulator.rollCodebase('v2026_2/');
    const { text } = await own.get(tickets);
    expect([text.includes('/v2026_2//apis/'), text.includes('/v2026_1//apis/')]).toEqual([true, false]);
    await own.simulator.close();
  });
});
