import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

/** A process that stores a connection at an emulated Secrets Manager, and then does what `leak` says. */
const program = (leak: string) => `
  import { createServer } from 'node:http';
  import { writeFileSync } from 'node:fs';
  import { writeFile } from 'node:fs/promises';
  import { gzipSync } from 'node:zlib';
  const key = 'key-that-is-marked', basic = btoa('acme+public:' + key);
  const server = createServer((request, response) => request.resume().on('end', () => response.end(answer)));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  let answer = '{}';
  const call = async (target, body, headers = {}) => {
    const url = 'http://127.0.0.1:' + server.address().port;
    const response = await fetch(url, { method: 'POST', headers: { ...(target && { 'x-amz-target': target }), ...headers }, body });
    await response.text();
  };
  const SecretString = JSON.stringify({ username: 'acme+public', password: key });
  await call('secretsmanager.CreateSecret', JSON.stringify({ Name: 'acme', SecretString }));
  ${leak}
  server.closeAllConnections();
  server.close();
`;

interface Line {
  readonly kind: string;
  readonly channel?: string;
  readonly where?: string;
}

function watched(leak: string): { readonly lines: readonly Line[]; readonly stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-recorder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const report = join(folder, 'report.ndjson');
  const preload = pathToFileURL(join(import.meta.dirname, 'preload.mjs')).href;
  const { stderr } = spawnSync(
    process.execPath,
    [`--import=${preload}`, '--input-type=module', '--eval', program(leak.replace('FOLDER', folder))],
    { env: { ...process.env, REDACTION_REPORT: report }, encoding: 'utf8' },
  );
  const lines = readFileSync(report, 'utf8').trim().split('\n');
  return { lines: lines.map((line): Line => JSON.parse(line)), stderr };
}

describe('the watcher of the suite', () => {
  test.each([
    ['output', "process.stdout.write('the key is ' + key);"],
    ['output', 'console.error({ headers: { authorization: basic } });'],
    ['messages of queues', "await call('AmazonSQS.SendMessage', JSON.stringify({ MessageBody: key }));"],
    [
      'items of the table',
      "await call('DynamoDB_20120810.PutItem', JSON.stringify({ Item: { S: basic } }));",
    ],
    ['objects', "await call(undefined, gzipSync(key), { 'x-amz-content-sha256': 'x' });"],
    ['requests by HTTP', 'await call(undefined, key);'],
    ['answers by HTTP', "answer = key; await call(undefined, '');"],
    ['files', "writeFileSync('FOLDER/a.txt', key);"],
    ['files', "await writeFile('FOLDER/a.txt', key);"],
  ])('sees a key in %s: %s', (channel, leak) => {
    const { lines, stderr } = watched(leak);
    const sightings = lines.filter(({ kind }) => kind === 'sighting');
    expect(
      sightings.map((it) => it.channel),
      stderr,
    ).toContain(channel);
    for (const { where } of sightings) expect(where).toContain('<MARK>');
  });

  test('sees none where none was put out, and says what it searched', () => {
    const { lines } = watched("console.log('no key'); await call('secretsmanager.PutSecretValue', '{}');");
    expect(lines.filter(({ kind }) => kind === 'sighting')).toEqual([]);
    expect(lines.filter(({ kind }) => kind === 'mark')).toHaveLength(2);
    expect(lines.at(-1)).toMatchObject({ kind: 'searched', bytes: { output: expect.any(Number) } });
  });
});
