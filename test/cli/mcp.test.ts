import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenLocally } from '../../local/listening.ts';
import { type Agent, openAgent } from '../functions/mcp/agent.ts';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
  await connector.doors.connect('agent', { policy: { writes: ['postCompanyCompanies'] } });
});
afterAll(() => connector.close());

const root = join(import.meta.dirname, '..', '..');

/** `manage mcp` as an agent starts it: a process of its own. */
const startProcess = (words: readonly string[] = [], localFile = connector.localFile) =>
  new StdioClientTransport({
    command: process.execPath,
    args: [join(root, 'cli/manage.mjs'), 'mcp', ...words],
    env: { PATH: process.env['PATH'] ?? '', MANAGE_LOCAL_STACK: localFile },
    stderr: 'pipe',
  });

const overHttp = () => new StreamableHTTPClientTransport(new URL(`${connector.apiUrl}/mcp`));

describe.each([
  ['manage mcp, by standard input and output', () => startProcess()],
  ['the API, by HTTP', overHttp],
])('an agent at %s', (name, open) => {
  let agent: Agent;
  beforeAll(async () => {
    agent = await openAgent(open());
  });
  afterAll(() => agent.close());

  test('finds an operation, sees what it needs and reads', async () => {
    const found = await agent.call('search_operations', { words: 'get a ticket', limit: 5 });
    expect(found.answer['operations']).toContainEqual(
      expect.objectContaining({ operationId: 'getServiceTicketsById', writes: false }),
    );
    const { answer } = await agent.call('show_operation', { operationId: 'getServiceTicketsById' });
    const { inputs } = Object(answer['example']);
    const read = await agent.call('read_operation', {
      connection: 'acme',
      operationId: 'getServiceTicketsById',
      inputs,
    });
    expect(read.answer).toMatchObject({ responseCode: '200', response: { id: 1 } });
  });

  test('writes once what it was shown, however often it confirms', async () => {
    const identifier = name.startsWith('manage') ? 'ByStdio' : 'ByHttp';
    const asked = {
      connection: 'agent',
      operationId: 'postCompanyCompanies',
      request: { name: 'A company', identifier },
    };
    const dry = await agent.call('write_operation', asked);
    expect(dry.answer).toMatchObject({
      status: 'dry_run',
      response: { method: 'POST', body: { identifier } },
    });
    const confirmed = { ...asked, confirm: dry.answer['confirm'] };
    expect((await agent.call('write_operation', confirmed)).answer['status']).toBe('done');
    expect((await agent.call('write_operation', confirmed)).answer['status']).toBe('done');
    const count = await agent.call('read_operation', {
      connection: 'agent',
      operationId: 'getCompanyCompaniesCount',
      inputs: { conditions: `identifier = "${identifier}"` },
    });
    expect(count.answer['response']).toEqual({ count: 1 });
  });

  test('is refused a write where the connection says nothing of writes', async () => {
    const { failed, text } = await agent.call('write_operation', {
      connection: 'acme',
      operationId: 'postCompanyCompanies',
      request: { name: 'A', identifier: 'Refused' },
    });
    expect([failed, text]).toEqual([true, expect.stringContaining("connection 'acme' has no policy")]);
  });

  test('has several calls answered, each by its own answer', async () => {
    const ids = [1, 2, 3, 4, 5];
    const reads = ids.map((id) =>
      agent.call('read_operation', {
        connection: 'acme',
        operationId: 'getServiceTicketsById',
        inputs: { id },
      }),
    );
    const answers = await Promise.all(reads);
    expect(answers.map(({ answer }) => Object(answer['response']).id)).toEqual(ids);
  });
});

/** An address at which nobody listens any more. */
async function unusedUrl(): Promise<string> {
  const { url, close } = await listenLocally(undefined, console.error);
  await close();
  return url;
}

describe('manage mcp', () => {
  test('keeps its agent to one connection', async () => {
    const agent = await openAgent(startProcess(['--connection', 'agent']));
    const { answer } = await agent.call('read_operation', { operationId: 'getSystemInfo' });
    expect(answer['responseCode']).toBe('200');
    const other = await agent.call('read_operation', { connection: 'acme', operationId: 'getSystemInfo' });
    expect(other).toMatchObject({ failed: true, text: expect.stringContaining("'agent' alone") });
    await agent.close();
  });

  test('tells an agent by an error of the protocol when the API is away', async () => {
    const whereabouts = JSON.parse(readFileSync(connector.localFile, 'utf8'));
    const away = join(connector.folder, 'away.json');
    writeFileSync(away, JSON.stringify({ ...whereabouts, apiUrl: await unusedUrl() }));
    await expect(openAgent(startProcess([], away))).rejects.toThrow(
      'The API of the local stack does not answer (ECONNREFUSED).',
    );
  });

  test('ends at once where no connector is found', async () => {
    const transport = startProcess([], join(connector.folder, 'nowhere.json'));
    await expect(openAgent(transport)).rejects.toThrow('Connection closed');
  });
});
