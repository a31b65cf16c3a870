import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler } from '../../functions/queue.ts';
import { accessKey, region } from '../../local/region.ts';
import { contextOf, type Doors, openDoors, returned } from './doors.ts';
import { storedFiles } from './stored-files.ts';

const root = join(import.meta.dirname, '../..');

/** By a name that is not known beforehand: a bundler that looks for it would fail where it is not installed. */
const packageName: string = '@duckdb/node-api';
const duckdb: typeof import('@duckdb/node-api') | undefined = await import(packageName).catch(
  () => undefined,
);

/** A reader that knows nothing of the connector. */
describe.skipIf(!duckdb)('DuckDB (skipped where @duckdb/node-api is not installed)', () => {
  let doors: Doors;
  let files: ReturnType<typeof storedFiles>;
  let folder: string;
  beforeAll(async () => {
    doors = await openDoors({ rows: 230 });
    await doors.connect('acme');
    files = storedFiles(doors.gateway.endpoint);
    folder = mkdtempSync(join(tmpdir(), 'manage-connector-duckdb-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    files.close();
    await doors.close();
  });

  const run = async (message: object): Promise<Record<string, unknown>> => {
    const event = doors.receive(JSON.stringify({ version: 1, connection: 'acme', ...message }));
    expect(returned(await handler(event, contextOf()))).toEqual([]);
    doors.settle(event, []);
    return doors.takeResults().at(-1) ?? {};
  };
  const exported = async (id: string, inputs: object) => {
    const operationId = 'getServiceTickets';
    const end = await run({ id, operationId, inputs, pages: 'all', output: 'objects' });
    return files.exported(end['export']);
  };
  const asked = async (file: string, sql: string) => {
    const instance = await duckdb?.DuckDBInstance.create(file);
    const connection = await instance?.connect();
    const rows = (await connection?.runAndReadAll(sql))?.getRowObjectsJson();
    connection?.closeSync();
    instance?.closeSync();
    return rows;
  };
  /** What the simulator itself has, by a call that is no pull. */
  const count = async (conditions: string) => {
    const { response } = await run({ operationId: 'getServiceTicketsCount', inputs: { conditions } });
    return response;
  };

  test('counts in an export what ConnectWise counts', async () => {
    const { parts } = await exported('counted', { pageSize: 20 });
    for (const { part, file } of parts)
      writeFileSync(join(folder, part.key.split('/').at(-1) ?? ''), file.bytes);
    const [row] =
      (await asked(
        ':memory:',
        `select count(*)::int as count, count(distinct id)::int as ids, count(*) filter (closedFlag)::int as closed,
           count(*) filter (company.id > 20)::int as companies
         from read_json('${folder}/part-*.ndjson.gz')`,
      )) ?? [];
    expect(row).toMatchObject({ count: row?.['ids'] });
    expect({ count: row?.['count'] }).toEqual(await count('id > 0'));
    expect({ count: row?.['closed'] }).toEqual(await count('closedFlag = true'));
    expect({ count: row?.['companies'] }).toEqual(await count('company/id > 20'));
  });

  test('has a table of an export by the ten lines of docs/pulls.md', async () => {
    const { bucket, prefix, rows } = await exported('ten lines', { pageSize: 50 });
    const [, code = ''] = /```js\n(.+?)```/s.exec(readFileSync(join(root, 'docs/pulls.md'), 'utf8')) ?? [];
    expect(code.trimEnd().split('\n')).toHaveLength(10);
    // Its packages are those of the project; its files are to lie in a folder of its own.
    const inFolder = `process.chdir(${JSON.stringify(folder)});\n${code}`;
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', inFolder, '--', bucket, `${prefix}manifest.json`],
      { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...awsOf(doors) } },
    );
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const columns = await asked(join(folder, 'tickets.duckdb'), 'select column_name from (describe tickets)');
    const members = new Set(rows.flatMap((row) => Object.keys(row)));
    expect(new Set(columns?.map((column) => column['column_name']))).toEqual(members);
    const table = await asked(
      join(folder, 'tickets.duckdb'),
      'select id::int as id, summary from tickets order by id',
    );
    const expected = rows.map(({ id, summary }) => ({ id, summary }));
    expect(table).toEqual(expected.toSorted((one, other) => one.id - other.id));
  });
});

const awsOf = ({ gateway }: Doors) => ({
  AWS_ENDPOINT_URL: gateway.endpoint,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: accessKey.accessKeyId,
  AWS_SECRET_ACCESS_KEY: accessKey.secretAccessKey,
});
