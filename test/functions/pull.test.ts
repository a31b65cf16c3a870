import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiHandler } from '../../functions/api.ts';
import { queueHandler } from '../../functions/queue.ts';
import { createServices, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { apiEvent, bodyOf, contextOf, type Doors, openDoors, returned } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

interface Pulled {
  readonly pages: readonly {
    readonly page: { id: string; number: number; rows: number };
    readonly response: { id: number }[];
  }[];
  readonly end: Record<string, unknown> | undefined;
}

const message = (id: string, fields: object) =>
  JSON.stringify({
    version: 1,
    id,
    connection: 'acme',
    operationId: 'getServiceTickets',
    pages: 'all',
    ...fields,
  });

/** Delivers what is on the queue until nothing comes any more. */
async function drain(
  run = inDoorsTime(),
  remainingMs?: number,
): Promise<Pulled & { readonly deliveries: number }> {
  let deliveries = 0;
  for (; deliveries < 50; deliveries++) {
    const event = doors.receive();
    if (event.Records.length === 0) break;
    const response = await run(event, contextOf(remainingMs));
    doors.settle(event, returned(response));
    doors.passTime(800_000);
  }
  return { ...pulled(doors.takeResults()), deliveries };
}

function pulled(results: Record<string, unknown>[]): Pulled {
  const isPage = (it: Record<string, unknown>): it is Record<string, unknown> & Pulled['pages'][number] =>
    'page' in it;
  return { pages: results.filter(isPage), end: results.find((it) => !('page' in it)) };
}

async function pull(id: string, fields: object): Promise<Pulled> {
  doors.put(message(id, fields));
  return drain();
}

const idsOf = ({ pages }: Pulled) => pages.flatMap(({ response }) => response.map((row) => row.id));

/** All ids that ConnectWise has by a filter, asked for in one page. */
async function allIds(conditions?: string): Promise<number[]> {
  const inputs = { pageSize: 1000, fields: 'id', orderBy: 'id', ...(conditions && { conditions }) };
  const body = JSON.stringify({ version: 1, connection: 'acme', operationId: 'getServiceTickets', inputs });
  const { response } = bodyOf(await api()(apiEvent('POST /invocations', { body }), contextOf()));
  return Array.isArray(response) ? response.map(({ id }) => id) : [];
}

describe('a pull', () => {
  test('sends every record once, page by page, and certifies that it is all', async () => {
    const all = await allIds();
    const { pages, end } = await pull('whole', { inputs: { pageSize: 7 } });
    expect(idsOf({ pages, end }).toSorted((a, b) => a - b)).toEqual(all);
    expect(new Set(pages.map(({ page }) => page.id)).size).toBe(pages.length);
    expect(end).toMatchObject({
      id: 'whole',
      succeeded: true,
      certificate: {
        complete: true,
        way: 'keyset',
        stable: true,
        rows: all.length,
        firstId: all[0],
        lastId: all.at(-1),
        countBefore: all.length,
        countAfter: all.length,
      },
    });
    expect(pages.length).toBeGreaterThan(5);
  });

  test('keeps to the filter and the members that were asked for', async () => {
    const conditions = 'closedFlag = false or id = 3';
    const { pages, end } = await pull('filtered', { inputs: { conditions, fields: 'summary', pageSize: 5 } });
    expect(idsOf({ pages, end }).toSorted((a, b) => a - b)).toEqual(await allIds(conditions));
    expect(Object.keys(pages[0]?.response[0] ?? {}).toSorted()).toEqual(['id', 'summary']);
  });

  test('of a search asks by the search', async () => {
    const request = { conditions: 'closedFlag = true' };
    const { pages, end } = await pull('search', { operationId: 'postServiceTicketsSearch', request });
    expect(idsOf({ pages, end })).toEqual(await allIds('closedFlag = true'));
    expect(end).toMatchObject({ certificate: { complete: true, way: 'keyset' } });
  });

  test('of nothing is complete and has no page', async () => {
    const { pages, end } = await pull('empty', { inputs: { conditions: 'id < 0' } });
    expect(pages).toEqual([]);
    expect(end).toMatchObject({ succeeded: true, certificate: { complete: true, pages: 0, rows: 0 } });
  });

  test('whose ids cannot be asked for takes the walk that ConnectWise has of its own', async () => {
    const body = { code: 'ApiFindCondition', message: 'id is not a recognized name.' };
    doors.simulator.failNext({ path: '/company/companies', status: 400, body, times: 2 });
    const answered = () => doors.simulator.controls.state().operations['GET /company/companies']?.answered;
    const before = answered()?.['200'] ?? 0;
    const { pages, end } = await pull('walked', {
      operationId: 'getCompanyCompanies',
      inputs: { pageSize: 3 },
    });
    const ids = idsOf({ pages, end });
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(end).toMatchObject({ certificate: { complete: true, way: 'forward-only', rows: ids.length } });
    expect(pages.length).toBeGreaterThan(2);
    // Each page is asked for once, though before the one before it is there.
    expect(answered()?.['200']).toBe(before + pages.length);
  });

  test("in the caller's order goes by page number and does not claim to be complete", async () => {
    const { pages, end } = await pull('ordered', { inputs: { orderBy: 'summary desc', pageSize: 20 } });
    expect(pages.length).toBeGreaterThan(1);
    expect(end).toMatchObject({ certificate: { complete: false, way: 'numbers', stable: false } });
  });

  test('of so many pages ends after them', async () => {
    const { pages, end } = await pull('some', { pages: 3, inputs: { pageSize: 4 } });
    expect(pages.map(({ page }) => page.rows)).toEqual([4, 4, 4]);
    expect(end).toMatchObject({
      succeeded: true,
      certificate: { complete: false, why: 'It ended after 3 pages, as it was asked to.' },
    });
  });

  test('that is longer than its invocation goes on from where it was', async () => {
    doors.put(message('long', { inputs: { pageSize: 10 } }));
    const { deliveries, ...rest } = await drain(stepping(), 60_000);
    expect(deliveries).toBeGreaterThan(1);
    expect(idsOf(rest).toSorted((a, b) => a - b)).toEqual(await allIds());
    expect(rest.end).toMatchObject({ certificate: { complete: true } });
  });

  test('is refused where the list cannot be paged by the connector', async () => {
    for (const fields of [
      { inputs: { page: 2 } },
      { operationId: 'getServiceTicketsById', inputs: { id: 1 } },
    ]) {
      const { end } = await pull(`refused-${JSON.stringify(fields).length}`, fields);
      expect(end).toMatchObject({ succeeded: false, failure: { reason: 'invalid_inputs' } });
    }
  });

  test('needs the queue', async () => {
    const answer = await api()(apiEvent('POST /invocations', { body: message('api', {}) }), contextOf());
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toMatchObject({ reason: 'pages_need_queue' });
  });

  test('that cannot be answered says what it sent and why it is not complete', async () => {
    doors.simulator.failNext({
      path: '/service/tickets',
      status: 403,
      body: { code: 'Security', message: 'No.' },
    });
    const { end } = await pull('forbidden', {});
    expect(end).toMatchObject({
      succeeded: false,
      responseCode: '403',
      failure: { reason: 'forbidden' },
      certificate: { complete: false, rows: 0 },
    });
  });

  test('that was throttled waits and goes on', async () => {
    await doors.connect('limited');
    doors.put(message('throttled', { connection: 'limited', inputs: { pageSize: 50 } }));
    doors.simulator.failNext({ path: '/service/tickets', status: 429 });
    const rest = await drain();
    expect(rest.deliveries).toBeGreaterThan(1);
    expect(idsOf(rest).toSorted((a, b) => a - b)).toEqual(await allIds());
  });
});

/** A queue function on the clock of the emulated AWS: by its own clock, the governor's waits would not pass between deliveries. */
const inDoorsTime = () => queueHandler(servicesInDoorsTime);

const api = () => apiHandler(servicesInDoorsTime);

function servicesInDoorsTime() {
  const settings = readSettings();
  return createServices(settings, { ...reachOut(settings), now: doors.now });
}

/** A queue function whose clock goes on by 15 s with every call to ConnectWise. */
function stepping() {
  const settings = readSettings();
  const outside = reachOut(settings);
  let aheadMs = 0;
  const now = () => doors.now() + aheadMs;
  const manage: typeof outside.manage = {
    ...outside.manage,
    send: (...call) => {
      aheadMs += 15_000;
      return outside.manage.send(...call);
    },
  };
  return queueHandler(() => {
    return createServices(settings, { ...outside, manage, now });
  });
}

describe('a page that leaves twice', () => {
  test('because its worker died after sending it, has the same name and the same records', async () => {
    const settings = readSettings();
    const outside = reachOut(settings);
    let sent = 0;
    const results = outside.results && {
      ...outside.results,
      sendAll: async (messages: readonly string[]) => {
        const refusals = await outside.results?.sendAll(messages);
        sent += 1;
        if (sent === 3) throw new Error('the worker dies after the page left');
        return refusals ?? [];
      },
    };
    doors.put(message('repeated', { inputs: { pageSize: 6 } }));
    const rest = await drain(
      queueHandler(() => createServices(settings, { ...outside, results, now: doors.now })),
    );
    const byName = Map.groupBy(rest.pages, ({ page }) => page.id);
    const repeated = [...byName.values()].filter((pages) => pages.length > 1);
    expect(repeated).toHaveLength(1);
    for (const [first, second] of repeated) expect(second).toEqual(first);
    const once = [...byName.values()].flatMap(([page]) => page ?? []);
    expect(idsOf({ pages: once, end: rest.end }).toSorted((a, b) => a - b)).toEqual(await allIds());
    expect(rest.end).toMatchObject({ certificate: { complete: true } });
  });
});
