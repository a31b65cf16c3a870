import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleHandler } from '../../functions/console.ts';
import { type ConsoleFile, readConsoleFiles } from '../../functions/console-files.ts';
import { readConsoleFolder } from '../../functions/settings.ts';
import { bundling } from '../../infra/bundling.ts';
import { apiEvent, contextOf } from './doors.ts';

const root = `${join(import.meta.dirname, '../..')}/`;
let asset: string;
let files: ReadonlyMap<string, ConsoleFile>;

beforeAll(() => {
  asset = mkdtempSync(join(tmpdir(), 'console asset '));
  for (const command of bundling(root, 'console').commandHooks?.afterBundling('', asset) ?? [])
    execFileSync('sh', ['-c', command]);
  files = readConsoleFiles(readConsoleFolder({ LAMBDA_TASK_ROOT: asset }));
});
afterAll(() => rmSync(asset, { recursive: true }));

const get = (path: string, headers = {}) =>
  consoleHandler(() => files)(
    apiEvent('GET /console/{path+}', { pathParameters: { path }, headers }),
    contextOf(),
  );
const textOf = ({ body = '' }: Awaited<ReturnType<typeof get>>) =>
  gunzipSync(Buffer.from(body, 'base64')).toString();

describe('the console of a deployment', () => {
  test('is the page as it was bundled, which asks the API beside it for its operations', async () => {
    const answer = await get('index.html');
    expect(answer).toMatchObject({
      statusCode: 200,
      isBase64Encoded: true,
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' },
    });
    const page = textOf(answer);
    expect(page).toContain('data-place="deployed"');
    expect(page).toContain('href="../operations?form=index"');
    const named = [...page.matchAll(/(?:src|href)="([\w.-]+)"/g)].map(([, name = '']) => name);
    expect(named).toEqual(expect.arrayContaining(['main.js', 'console.css']));
    for (const name of named) expect((await get(name)).statusCode, name).toBe(200);
  });

  test('every answer holds the page to its own address', async () => {
    for (const path of ['index.html', 'main.js', 'nothing.js']) {
      const policy = (await get(path)).headers?.['content-security-policy'];
      expect(policy, path).toContain("default-src 'none'; script-src 'self'");
      expect(policy, path).toContain("connect-src 'self'");
      expect(policy, path).toContain("frame-ancestors 'none'");
    }
  });

  test('names no other host in any of its files', () => {
    const texts = [...files.values()].map(({ gzip }) => gunzipSync(gzip).toString());
    const hosts = texts.flatMap((text) =>
      [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host),
    );
    // Names of XML's vocabularies, and what the page tells to type: nothing is fetched from there.
    expect(hosts.filter((host) => host !== 'www.w3.org')).toEqual([]);
  });

  test('is not sent twice', async () => {
    const etag = String((await get('main.js')).headers?.['etag']);
    expect(await get('main.js', { 'if-none-match': etag })).toMatchObject({ statusCode: 304 });
    expect((await get('main.js', { 'if-none-match': '"other"' })).statusCode).toBe(200);
  });

  test('is all that is served', async () => {
    for (const path of [
      '',
      '../index.mjs',
      'index.html.gz',
      '.console/main.js',
      '__proto__',
      'operations.json',
    ])
      expect((await get(path)).statusCode, path).toBe(404);
  });

  test('is found by its short address', async () => {
    const answer = await consoleHandler(() => files)(apiEvent('GET /console'), contextOf());
    expect(answer).toMatchObject({ statusCode: 302, headers: { location: '/console/index.html' } });
  });
});
