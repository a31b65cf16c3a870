import { afterAll, describe, expect, test } from 'vitest';
import { apiHandler, handler } from '../../../functions/api.ts';
import { createServices } from '../../../functions/services.ts';
import { readSettings } from '../../../functions/settings.ts';
import { StoreUnavailable } from '../../../lib/versioned-store.ts';
import { apiEvent, bodyOf, contextOf } from '../doors.ts';
import { handlerTransport, openAgent, type Way } from './agent.ts';
import { company, openAgentStage } from './agent-stage.ts';

const { agent, read, close } = await openAgentStage();
afterAll(close);

describe('an agent', () => {
  test('is told of five tools, and which of them only read', async () => {
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
      ['search_operations', true],
      ['show_operation', true],
      ['read_operation', true],
      ['write_operation', false],
      ['invocation_status', true],
    ]);
    expect(tools.find(({ name }) => name === 'write_operation')?.annotations).toMatchObject({
      destructiveHint: true,
      idempotentHint: true,
    });
  });

  test('is told of them in less than a model minds', async () => {
    expect(JSON.stringify(await agent.client.listTools()).length).toBeLessThan(16_000);
    expect(agent.client.getInstructions()).toContain('search_operations');
  });

  test('reads the same as text and as structure', async () => {
    const { text, answer } = await read('getSystemInfo');
    expect(JSON.parse(text)).toEqual(answer);
  });
});

describe('an agent that is kept to one connection by its path', () => {
  test('need not name it, and may name no other', async () => {
    const kept = await openAgent(handlerTransport({ connection: 'acme' }));
    const { answer } = await kept.call('read_operation', { operationId: 'getSystemInfo' });
    expect(answer['responseCode']).toBe('200');
    for (const tool of ['read_operation', 'write_operation']) {
      const other = await kept.call(tool, { connection: 'open', operationId: 'getSystemInfo' });
      expect(other).toMatchObject({ failed: true, text: expect.stringContaining("'acme' alone") });
    }
    const status = await kept.call('invocation_status', { connection: 'open', id: 'x' });
    expect(status.text).toContain("'acme' alone");
    await kept.close();
  });

  test.each(['../secret', 'ac%6De'])('is not let in by %s', async (connection) => {
    await expect(openAgent(handlerTransport({ connection }))).rejects.toThrow(/invalid_query/);
  });
});

describe('an agent whose token grants connections', () => {
  const grantingClaim = { name: 'connections', prefix: '' };
  const open = (way: Way) =>
    openAgent(
      handlerTransport({
        ...way,
        handle: apiHandler(() => ({ ...createServices(readSettings()), grantingClaim })),
      }),
    );
  const asked = { connection: 'acme', operationId: 'postCompanyCompanies', ...company('Granted') };

  test.each([
    ['read_operation', { ...asked, operationId: 'getSystemInfo', request: undefined }],
    ['write_operation', asked],
    ['invocation_status', { connection: 'acme', id: 'x' }],
  ])('has %s for those and no others', async (tool, given) => {
    const granted = await open({ claims: { connections: '[acme open]' } });
    expect((await granted.call(tool, given)).text).not.toContain('connection_not_granted');
    const other = await open({ claims: { connections: '[open]' } });
    const { failed, text } = await other.call(tool, given);
    expect([failed, text]).toEqual([
      true,
      expect.stringMatching(/^connection_not_granted: Your token does not grant/),
    ]);
    await Promise.all([granted.close(), other.close()]);
  });

  test('is not let in by the path of another', async () => {
    const refused = open({ connection: 'acme', claims: { connections: '[open]' } });
    await expect(refused).rejects.toThrow(/connection_not_granted/);
  });
});

describe('the door', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    handler(
      apiEvent('POST /mcp', {
        body,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      }),
      contextOf(),
    );

  test('takes calls without a session', async () => {
    const answer = await post('{"jsonrpc":"2.0","id":1,"method":"tools/list"}');
    expect(answer.statusCode).toBe(200);
    expect(bodyOf(answer)).toMatchObject({ id: 1, result: { tools: expect.any(Array) } });
  });

  test.each([
    [
      'a fault of ours',
      new Error('password=geheim'),
      'internal_error: The connector failed. Quote the id request-of-lambda',
    ],
    [
      'a journal that is away',
      new StoreUnavailable('The table does not answer.'),
      'journal_unavailable: The table does not answer. Nothing was sent.',
    ],
  ])('answers %s by a sentence that quotes nothing', async (_, error, sentence) => {
    const services = createServices(readSettings());
    const journal = { ...services.journal, find: () => Promise.reject(error) };
    const broken = apiHandler(() => ({ ...services, journal }));
    const other = await openAgent(handlerTransport({ handle: broken }));
    const { failed, text } = await other.call('invocation_status', { connection: 'acme', id: 'x' });
    expect([failed, text]).toEqual([true, expect.stringContaining(sentence)]);
    expect(text).not.toContain('geheim');
    await other.close();
  });

  test('refuses a web page', async () => {
    const answer = await post('{"jsonrpc":"2.0","id":1,"method":"ping"}', {
      origin: 'http://127.0.0.1:3000',
    });
    expect([answer.statusCode, bodyOf(answer)['reason']]).toEqual([403, 'origin_not_allowed']);
  });

  test('has no stream to listen to', async () => {
    const answer = await handler(apiEvent('GET /mcp'), contextOf());
    expect([answer.statusCode, bodyOf(answer)['reason']]).toEqual([405, 'method_not_allowed']);
  });

  test.each([
    ['is too large', `"${'x'.repeat(4_200_000)}"`, 413, 'body_too_large'],
    ['is nested without end', '['.repeat(10_000), 400, 'invalid_message'],
  ])('refuses a message that %s before it is parsed', async (_, body, status, reason) => {
    const answer = await post(body);
    expect([answer.statusCode, bodyOf(answer)['reason']]).toEqual([status, reason]);
  });

  test.each([
    ['no JSON', '{', 400, -32_700],
    ['no message', '{"a":1}', 400, -32_700],
  ])('answers %s with an error of the protocol', async (_, body, status, code) => {
    const answer = await post(body);
    expect(answer.statusCode).toBe(status);
    expect(bodyOf(answer)).toMatchObject({ error: { code } });
  });

  test('answers an unknown method with an error of the protocol', async () => {
    const answer = await post('{"jsonrpc":"2.0","id":7,"method":"resources/list"}');
    expect(bodyOf(answer)).toMatchObject({ id: 7, error: { code: -32_601 } });
  });
});
