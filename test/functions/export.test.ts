import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueHandler } from '../../functions/queue.ts';
import { createServices, type Outside, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { ungoverned } from '../memory-store.ts';
import { contextOf, type Doors, openDoors, returned } from './doors.ts';
import { storedFiles } from './stored-files.ts';

let doors: Doors;
let files: ReturnType<typeof storedFiles>;
beforeAll(async () => {
  doors = await openDoors({ rows: 230 });
  await doors.connect('acme');
  files = storedFiles(doors.gateway.endpoint);
});
afterAll(async () => {
  files.close();
  await doors.close();
});

/** Exports of one row a page are hundreds of calls, which nobody need wait for here. */
function hurried() {
  const settings = readSettings();
  const services = createServices(settings, { ...reachOut(settings), governor: ungoverned, now: doors.now });
  return queueHandler(() => services);
}

const byId = <Row extends { readonly id: number }>(rows: readonly Row[]) =>
  rows.toSorted((one, other) => one.id - other.id);
const idsOf = (rows: readonly { readonly id: number }[]) => byId(rows).map(({ id }) => id);

/** Puts a pull on the queue and delivers it until nothing comes any more. */
async function pull(id: string, fields: object = {}, run = hurried()): Promise<Record<string, unknown>[]> {
  const operationId = 'getServiceTickets';
  const asked = {
    version: 1,
    id,
    connection: 'acme',
    operationId,
    pages: 'all',
    output: 'objects',
    ...fields,
  };
  doors.put(JSON.stringify(asked));
  for (let delivery = 0; delivery < 50; delivery++) {
    const event = doors.receive();
    if (event.Records.length === 0) break;
    doors.settle(event, returned(await run(event, contextOf())));
    doors.passTime(800_000);
  }
  return doors.takeResults();
}

async function exported(id: string, fields: object = {}, run = hurried()) {
  const results = await pull(id, fields, run);
  expect(results).toHaveLength(1);
  const [end = {}] = results;
  return { end, ...(await files.exported(end['export'])) };
}

/** All tickets, as results on the queue. */
async function allRows(id: string) {
  const results = await pull(id, { output: undefined, inputs: { pageSize: 30 } });
  return results.flatMap(({ response }) => (Array.isArray(response) ? response : []));
}

describe('an export', () => {
  test('holds the rows that would have come as results, in files that are as the manifest says', async () => {
    const rows = await allRows('plain');
    const { end, manifest, parts, ...all } = await exported('whole', { inputs: { pageSize: 30 } });
    for (const { part, found } of parts) expect(found).toEqual(part);
    expect(byId(all.rows)).toEqual(byId(rows));
    expect(manifest).toMatchObject({
      id: 'whole',
      connection: 'acme',
      operationId: 'getServiceTickets',
      inputs: { pageSize: 30 },
      rows: rows.length,
      certificate: { complete: true, rows: rows.length, pages: parts.length },
    });
    expect(end).toMatchObject({ succeeded: true, certificate: manifest.certificate });
    expect(end['response']).toBeUndefined();
    expect(parts.length).toBeGreaterThan(5);
  });

  test('has nothing in its folder but its parts and the manifest', async () => {
    const { bucket, prefix, manifest } = await exported('folder/of: it', { inputs: { pageSize: 50 } });
    const keys = manifest.parts.map(({ key }) => key);
    expect(await files.keys(bucket, prefix)).toEqual([`${prefix}manifest.json`, ...keys].toSorted());
  });

  test('is stored as files, not as encoded JSON that a reader of .gz would unpack twice', async () => {
    const { parts } = await exported('kinds');
    for (const { file } of parts)
      expect(file).toMatchObject({ contentType: 'application/gzip', contentEncoding: undefined });
  });

  test('of nothing has a manifest without parts', async () => {
    const { manifest } = await exported('nothing', { inputs: { conditions: 'id < 0' } });
    expect(manifest).toMatchObject({ rows: 0, parts: [], certificate: { complete: true } });
  });

  test('of a search says what it was asked by', async () => {
    const request = { conditions: 'closedFlag = true' };
    const { manifest } = await exported('search', { operationId: 'postServiceTicketsSearch', request });
    expect(manifest).toMatchObject({ request, inputs: {}, certificate: { complete: true } });
  });

  test('that could not be taken whole lists what is there and says that it is not all', async () => {
    doors.simulator.failNext({
      path: '/service/tickets',
      status: 403,
      body: { code: 'Security', message: 'No.' },
    });
    const { end, manifest } = await exported('forbidden');
    expect(end).toMatchObject({ succeeded: false, failure: { reason: 'forbidden' } });
    expect(manifest).toMatchObject({ parts: [], certificate: { complete: false } });
  });

  test('needs pages', async () => {
    const [result] = await pull('no-pages', { pages: undefined });
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'invalid_invocation' } });
    expect(JSON.stringify(result)).toContain("'output' is for pulls: give 'pages' too.");
  });

  test('under the id of a pull into results is another call', async () => {
    await pull('twice', { output: undefined });
    const [result] = await pull('twice');
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'id_reused' } });
  });
});

class Died extends Error {}

/**
 * A queue function whose worker dies at the nth time that something is put into S3 or written to the table, before or after it is
 * done; `sizes` are those of the progress.
 */
function dying(at: number, isDone: boolean) {
  const settings = readSettings();
  const outside = reachOut(settings);
  const state = { left: at, sizes: [] as number[] };
  const guarded = async <T>(act: () => Promise<T>): Promise<T> => {
    const dies = state.left-- === 0;
    if (dies && !isDone) throw new Died();
    const done = await act();
    if (dies) throw new Died();
    return done;
  };
  const claims: Outside['claims'] = {
    ...outside.claims,
    putFile: (...file) => guarded(() => outside.claims.putFile(...file)),
  };
  const tableOf: Outside['tableOf'] = (kind) => {
    const table = outside.tableOf(kind);
    return {
      read: table.read,
      write: (key, value, expected) => {
        if (kind.prefix === 'pulls/') state.sizes.push(JSON.stringify(value).length);
        return guarded(() => table.write(key, value, expected));
      },
    };
  };
  // Each delivery finds a new worker, as it would after a crash.
  const services = () =>
    createServices(settings, { ...outside, claims, tableOf, governor: ungoverned, now: doors.now });
  return { state, run: queueHandler(services) };
}

describe('an export of more parts than its progress holds', () => {
  const fields = { inputs: { pageSize: 1 } };
  let rows: readonly { readonly id: number }[];
  beforeAll(async () => {
    rows = await allRows('many-plain');
  });

  test('is whole, and the progress stays small', async () => {
    const { state, run } = dying(Number.POSITIVE_INFINITY, false);
    const all = await exported('many', fields, run);
    expect(idsOf(all.rows)).toEqual(idsOf(rows));
    expect(all.parts.length).toBeGreaterThan(200);
    expect(Math.max(...state.sizes)).toBeLessThan(40_000);
  });

  const deaths = [0, 1, 2, 5, 90, 150, 199, 200, 201, 202, 203, 204, 260, 280].flatMap((at) => [
    { at, isDone: false },
    { at, isDone: true },
  ]);
  test.each(deaths)('is whole after its worker died at step $at (done: $isDone)', async ({ at, isDone }) => {
    const { state, run } = dying(at, isDone);
    const { manifest, parts, ...all } = await exported(`dead-${at}-${isDone}`, fields, run);
    expect(state.left).toBeLessThan(0);
    for (const { part, found } of parts) expect(found).toEqual(part);
    expect(idsOf(all.rows)).toEqual(idsOf(rows));
    expect(manifest.certificate).toMatchObject({ complete: true, rows: rows.length });
  });

  test('is whole after its worker died while it put a list of parts away, and others had saved meanwhile', async () => {
    const settings = readSettings();
    const outside = reachOut(settings);
    const seen = { saves: 0, deaths: 0 };
    const tableOf: Outside['tableOf'] = (kind) => {
      const table = outside.tableOf(kind);
      return {
        read: table.read,
        write: async (key, value, expected) => {
          if (kind.prefix === 'parts/' && seen.deaths++ === 0) {
            const before = seen.saves;
            for (let turn = 0; turn < 10_000 && seen.saves < before + 3; turn++) await nextTurn();
            throw new Died();
          }
          const isWritten = await table.write(key, value, expected);
          if (kind.prefix === 'pulls/') seen.saves += 1;
          return isWritten;
        },
      };
    };
    const run = queueHandler(() =>
      createServices(settings, { ...outside, tableOf, governor: ungoverned, now: doors.now }),
    );
    const all = await exported('list-lost', fields, run);
    expect(seen.deaths).toBeGreaterThan(2);
    expect(idsOf(all.rows)).toEqual(idsOf(rows));
  });
});
