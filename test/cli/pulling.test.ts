import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Certificate } from '../../lib/pull/certificate.ts';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());
beforeEach(() => {
  connector.doors.takeResults();
  connector.doors.gateway.queues.find('invocations')?.purge();
});

const rowsIn = (file: string): { readonly id: number }[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
const idsIn = (file: string) => rowsIn(file).map(({ id }) => id);
const ascending = (ids: readonly number[]) => ids.toSorted((a, b) => a - b);
const pagesNoted = (file: string) =>
  existsSync(`${file}.pull.jsonl`)
    ? readFileSync(`${file}.pull.jsonl`, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{"page"')).length
    : 0;

describe('a pull whose process is killed', () => {
  const bin = join(import.meta.dirname, '../../cli/manage.mjs');
  const start = (file: string) =>
    spawn(process.execPath, [bin, 'pull', 'getCompanyCompanies', '-i', 'pageSize=1', '-o', file], {
      env: { ...process.env, MANAGE_LOCAL_STACK: connector.localFile },
      stdio: ['ignore', 'ignore', 'pipe'],
    });

  test('goes on when it is started again, and ends with exactly the rows of the collection', async () => {
    const { out } = await connector.manage([
      'invoke',
      'getCompanyCompanies',
      '-i',
      'pageSize=1000',
      '--json',
    ]);
    const all: number[] = JSON.parse(out).response.map(({ id }: { readonly id: number }) => id);
    const file = join(connector.folder, 'killed.jsonl');
    const stop = connector.work();
    for (const pages of [4, 12, 20]) {
      const process = start(file);
      const ended = once(process, 'exit');
      while (pagesNoted(file) < pages) await setTimeout(1);
      process.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
      expect(pagesNoted(file)).toBeLessThan(all.length);
      // What it had received is hidden until its visibility ends.
      connector.doors.passTime(721_000);
    }
    const process = start(file);
    const said = text(process.stderr);
    expect(await once(process, 'exit')).toEqual([0, null]);
    await stop();
    expect(await said).toMatch(/^Going on with the pull of .*: \d+ records in \d+ pages are in /);
    expect(await said).toContain(`✓ ${all.length} records in ${all.length} pages, certified to be complete.`);
    expect(ascending(idsIn(file))).toEqual(ascending(all));
    expect(existsSync(`${file}.pull.jsonl`)).toBe(false);
  }, 60_000);
});

/** What comes on the result queue, in whatever order a test wants it. */
function put(...results: readonly object[]): void {
  for (const result of results)
    connector.put('results', JSON.stringify({ version: 1, succeeded: true, ...result }));
}

const page = (id: string, number: number) => ({
  id,
  page: { id: `page-${number}`, number, rows: 2 },
  response: [{ id: number * 10 }, { id: number * 10 + 1 }],
});
const certificate = (pages: number): Certificate => ({
  complete: true,
  way: 'keyset',
  stable: true,
  pages,
  rows: pages * 2,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:01.000Z',
});

describe('a pull into a file', () => {
  let count = 0;
  let file: string;
  beforeEach(() => {
    count += 1;
    file = join(connector.folder, `pull-${count}.jsonl`);
  });
  const pull = (...words: readonly string[]) =>
    connector.manage(['pull', 'getCompanyCompanies', '-o', file, '--patience', '1', ...words]);
  const queued = (): { readonly id: string }[] =>
    (connector.doors.gateway.queues.find('invocations')?.release() ?? []).map(({ body }) => JSON.parse(body));
  /** Begins one that takes these pages and is then given up. @returns its id. */
  async function begun(...numbers: readonly number[]): Promise<string> {
    const pulling = pull();
    await expect.poll(() => existsSync(`${file}.pull.jsonl`)).toBe(true);
    const { id } = JSON.parse(readFileSync(`${file}.pull.jsonl`, 'utf8').split('\n')[0] ?? '');
    put(...numbers.map((number) => page(id, number)));
    expect(await pulling).toMatchObject({
      code: 5,
      err: expect.stringContaining('The same command goes on where it stopped.'),
    });
    expect(queued().map((message) => message.id)).toEqual([id]);
    return id;
  }

  test('goes on with the same pull, asks for it no second time, and knows the pages that come again', async () => {
    const id = await begun(1, 2);
    put(page(id, 2), { id, certificate: certificate(3) }, page(id, 1), page(id, 3));
    expect((await pull()).code).toBe(0);
    expect(idsIn(file)).toEqual([10, 11, 20, 21, 30, 31]);
    expect(queued()).toEqual([]);
  });

  test('cuts off what was written of a page that was not finished', async () => {
    const id = await begun(1);
    appendFileSync(file, '{"id":20}\n{"id":2');
    put(page(id, 2), { id, certificate: certificate(2) });
    expect((await pull()).code).toBe(0);
    expect(idsIn(file)).toEqual([10, 11, 20, 21]);
  });

  test('takes a page again of which the note was cut off', async () => {
    const id = await begun(1, 2);
    const noted = readFileSync(`${file}.pull.jsonl`);
    truncateSync(`${file}.pull.jsonl`, noted.length - 5);
    put(page(id, 2), { id, certificate: certificate(2) });
    expect((await pull()).code).toBe(0);
    expect(idsIn(file)).toEqual([10, 11, 20, 21]);
  });

  test('asks again where nobody knows whether it was asked for: the same id is the same pull', async () => {
    const id = await begun();
    const noted = readFileSync(`${file}.pull.jsonl`, 'utf8');
    writeFileSync(`${file}.pull.jsonl`, noted.replace('{"sent":true}\n', ''));
    put({ id, certificate: certificate(0) });
    expect((await pull()).code).toBe(0);
    expect(queued().map((message) => message.id)).toEqual([id]);
  });

  test('ends at once where everything had come and only the end was not told', async () => {
    const id = await begun(1);
    appendFileSync(
      `${file}.pull.jsonl`,
      `${JSON.stringify({ end: { version: 1, id, succeeded: true, certificate: certificate(1) } })}\n`,
    );
    expect(await pull()).toMatchObject({ code: 0, err: expect.stringContaining('✓ 2 records in 1 pages') });
  });

  test('begins anew with --restart, under another id', async () => {
    const id = await begun(1);
    const { code } = await pull('--restart');
    expect(code).toBe(5);
    expect(readFileSync(file, 'utf8')).toBe('');
    const [message] = queued();
    expect(message?.id).not.toBe(id);
  });

  test('refuses to become another pull, and to go on without its file', async () => {
    await begun(1);
    const other = await pull('-i', 'pageSize=5');
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('belongs to another pull')]);
    rmSync(file);
    const gone = await pull();
    expect([gone.code, gone.err]).toEqual([2, expect.stringContaining('--restart begins anew.')]);
  });

  test('writes over nothing that is none of its own', async () => {
    writeFileSync(`${file}.pull.jsonl`, '{"mine":1}\n');
    const { code, err } = await pull();
    expect([code, err]).toEqual([2, expect.stringContaining('does not say how far a pull is')]);
    expect(readFileSync(`${file}.pull.jsonl`, 'utf8')).toBe('{"mine":1}\n');
  });
});
