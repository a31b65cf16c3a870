import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { described } from './cloudformation.ts';
import { type Connector, openConnector, type Ran, type Seat } from './connector.ts';

// Every command against a stack by its name. CloudFormation's answer is the only thing that is not the connector's own: it names
// the queues and the API of the emulators, and credentials and endpoints come from the environment as they do on AWS.

let connector: Connector;
let cloudFormation: Server;
const asked: string[] = [];
beforeAll(async () => {
  connector = await openConnector();
  // Nothing but the stack's name leads there.
  rmSync(connector.localFile);
  cloudFormation = createServer(async (request, response) => {
    asked.push(await text(request));
    response.end(described(connector.outputs));
  });
  await new Promise<void>((listening) => cloudFormation.listen(0, '127.0.0.1', listening));
  const address = cloudFormation.address();
  const port = typeof address === 'object' ? address?.port : '';
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', `http://127.0.0.1:${port}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await new Promise((closed) => cloudFormation.close(closed));
  await connector.close();
});
beforeEach(() => {
  connector.doors.takeResults();
  connector.doors.takeDeadLetters();
  connector.doors.gateway.queues.find('invocations')?.purge();
  asked.length = 0;
});

const fileIn = (name: string, content: string) => {
  const file = join(connector.folder, name);
  writeFileSync(file, content);
  return file;
};

/** Runs a command on the stack, and sees that CloudFormation was asked where it is. */
async function manage(words: readonly string[], seat?: Seat): Promise<Ran> {
  const ran = await connector.manage([...words, '--stack', 'Contoso'], seat);
  expect(asked).toEqual(['Action=DescribeStacks&Version=2010-05-15&StackName=Contoso']);
  asked.length = 0;
  return ran;
}

async function whileWorking<T>(run: () => Promise<T>): Promise<T> {
  const stop = connector.work();
  try {
    return await run();
  } finally {
    await stop();
  }
}

function bury(id: string): void {
  const body = JSON.stringify({ version: 1, id, connection: 'acme', operationId: 'getSystemInfo' });
  connector.put('dead-letters', body, 'it crashed');
}

describe('on a deployed stack', () => {
  test('invoke runs an operation, with a signed call', async () => {
    const { code, out } = await manage(['invoke', 'getServiceTicketsById', '-i', 'id=1']);
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ id: 1 })]);
    expect(connector.authorizations.at(-1)).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/us-east-1\/execute-api\/aws4_request, /,
    );
  });

  test('invoke has its API called by a token where one is given', async () => {
    await manage(['invoke', 'getSystemInfo', '--token', 'a.b.c']);
    expect(connector.authorizations.at(-1)).toBe('Bearer a.b.c');
  });

  test('invoke --async queues, explain tells what became of it, and results takes its result', async () => {
    const { out: id } = await manage(['invoke', 'getSystemInfo', '--async', '--id', 'later']);
    await whileWorking(() =>
      expect.poll(() => connector.doors.gateway.queues.find('results')?.count().visible).toBe(1),
    );
    const explained = await manage(['explain', id]);
    expect([explained.code, explained.out]).toEqual([0, expect.stringMatching(/^later {2}acme {2}done/)]);
    const { code, out } = await manage(['results', '--drain']);
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ id: 'later', succeeded: true })]);
  });

  test('send --wait sends a file, waits, and leaves the failed rows', async () => {
    const file = fileIn('rows.csv', 'id,title\n1,a\n999999,b\n');
    const template = JSON.stringify({
      connection: 'acme',
      operationId: 'patchCompanyContactsById',
      inputs: { id: '{{id}}' },
      request: [{ op: 'replace', path: 'title', value: '{{title}}' }],
    });
    const { code, err } = await whileWorking(() => manage(['send', file, '-t', template, '--wait']));
    expect([code, err]).toEqual([4, expect.stringContaining('2 of 2 answered: 1 succeeded, 1 not_found.')]);
    expect(readFileSync(join(connector.folder, 'rows.failed-1.csv'), 'utf8')).toBe('id,title\n999999,b\n');
  });

  test('pull takes a list whole, checkpoints tell how far a pull came', async () => {
    const { code, out, err } = await whileWorking(() => manage(['pull', 'getCompanyCompanies']));
    expect([code, err]).toEqual([0, expect.stringContaining('certified to be complete.')]);
    expect(out.split('\n')).toHaveLength(40);
    const file = join(connector.folder, 'tickets.jsonl');
    await whileWorking(() => manage(['pull', 'getServiceTickets', '--checkpoint', 'tickets', '-o', file]));
    const shown = await manage(['checkpoints', 'show', 'tickets', '--json']);
    expect(JSON.parse(shown.out)).toMatchObject({ name: 'tickets', pulls: 1 });
    const back = await manage(['checkpoints', 'rewind', 'tickets', '--to', '2020-01-31T15:00:00Z', '--json']);
    expect(JSON.parse(back.out)['watermark']).toContain('2020-01-31T15:00:00');
    expect((await manage(['checkpoints', 'reset', 'tickets'])).code).toBe(0);
    expect((await manage(['checkpoints', 'show', 'tickets'])).code).toBe(1);
  });

  test('dead lists, shows and redrives', async () => {
    for (const id of ['one', 'two', 'three']) bury(id);
    const listed = JSON.parse((await manage(['dead', 'list', '--json'])).out);
    expect(listed.map(({ id }: { readonly id: string }) => id).toSorted()).toEqual(['one', 'three', 'two']);
    expect(JSON.parse((await manage(['dead', 'show', 'two'])).out)).toMatchObject({ id: 'two' });
    expect((await manage(['dead', 'redrive', 'two'])).code).toBe(0);
    expect(JSON.parse((await manage(['dead', 'redrive', '--all', '--json'])).out)).toEqual({ redriven: 2 });
    const back = connector.doors.receive().Records.map(({ body }) => JSON.parse(body).id);
    expect(back.toSorted()).toEqual(['one', 'three', 'two']);
  });

  test('connections put stores a secret, and check tries it', async () => {
    const { url, credentials } = connector.doors.simulator;
    const input = JSON.stringify({ siteUrl: url, ...credentials });
    const stored = await manage(['connections', 'put', 'contoso', '--file', '-', '--json'], { input });
    expect(JSON.parse(stored.out)).toEqual({ connection: 'contoso', how: 'created' });
    const allowed = ['--allow-host', new URL(url).origin];
    const { code, out } = await manage(['connections', 'check', 'contoso', '--json', ...allowed]);
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ company: 'acme' })]);
    const refused = await manage(['connections', 'check', 'contoso']);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('siteUrl must be https')]);
  });
});
