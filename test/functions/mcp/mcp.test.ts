import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiHandler, handler } from '../../../functions/api.ts';
import { showOperation } from '../../../functions/mcp/show-operation.ts';
import { createServices } from '../../../functions/services.ts';
import { readSettings } from '../../../functions/settings.ts';
import { StoreUnavailable } from '../../../lib/versioned-store.ts';
import { apiEvent, bodyOf, contextOf, type Doors, openDoors } from '../doors.ts';
import { type Agent, handlerTransport, openAgent, type Way } from './agent.ts';

let doors: Doors;
let agent: Agent;
beforeAll(async () => {
  doors = await openDoors({ rows: 1_000 });
  await doors.connect('acme', { policy: { writes: ['postCompanyCompanies', 'PATCH /company/*'] } });
  await doors.connect('helpdesk', { policy: { writes: 'all' } });
  await doors.connect('open');
  await doors.connect('closed', { policy: { writes: 'none' } });
  agent = await openAgent(handlerTransport());
});
afterAll(async () => {
  await agent.close();
  await doors.close();
});

const call: Agent['call'] = (tool, given) => agent.call(tool, given);
const read = (operationId: string, inputs: object = {}, more: object = {}) =>
  call('read_operation', { connection: 'acme', operationId, inputs, ...more });
const write = (operationId: string, more: object) =>
  call('write_operation', { connection: 'acme', operationId, ...more });
/** How many companies ConnectWise has with an identifier. */
async function countOf(identifier: string): Promise<unknown> {
  const { answer } = await read('getCompanyCompaniesCount', { conditions: `identifier = "${identifier}"` });
  return answer['response'];
}
const company = (identifier: string) => ({ request: { name: 'A company', identifier } });

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

describe('search_operations', () => {
  test('finds by words, says what writes, and where the next ones begin', async () => {
    const { answer } = await call('search_operations', { words: 'create ticket', limit: 2 });
    expect(answer).toMatchObject({
      total: expect.any(Number),
      operations: [{ operationId: 'postServiceTickets', method: 'POST', writes: true }, expect.anything()],
      nextOffset: 2,
    });
    const next = await call('search_operations', { words: 'create ticket', limit: 2, offset: 2 });
    expect(next.answer['operations']).not.toEqual(answer['operations']);
  });

  test('counts a search by POST among the reads', async () => {
    const { answer } = await call('search_operations', { words: 'postServiceTicketsSearch', limit: 1 });
    expect(answer['operations']).toMatchObject([{ operationId: 'postServiceTicketsSearch', writes: false }]);
  });

  test('finds nothing without an error', async () => {
    expect((await call('search_operations', { words: 'xyzzyqq' })).answer).toEqual({
      total: 0,
      operations: [],
    });
  });
});

describe('show_operation', () => {
  test('shows inputs, members, an example and what comes back, in less than 15 KB', async () => {
    const { answer, text } = await call('show_operation', { operationId: 'postServiceTickets' });
    expect(answer).toMatchObject({
      operationId: 'postServiceTickets',
      writes: true,
      request: {
        of: 'Ticket',
        required: true,
        members: { board: expect.stringContaining('BoardReference') },
      },
      example: { request: { summary: expect.any(String) } },
      answer: { kind: 'record', members: { id: 'int32' } },
    });
    expect(text.length).toBeLessThan(15_000);
  });

  test('shows every operation in less than 16 KB, as its output schema says', async () => {
    const services = createServices(readSettings());
    const visit = { services, deadlineMs: 0, delivery: '', only: undefined, whyUngranted: () => undefined };
    const isAsSaid = new Ajv({ strict: false }).compile(showOperation.outputSchema);
    for (const { operationId } of services.catalogue.all()) {
      const told = await showOperation.call({ operationId }, visit);
      const shown = 'answer' in told ? told.answer : {};
      expect([operationId, isAsSaid(shown), isAsSaid.errors]).toEqual([operationId, true, null]);
      expect(JSON.stringify(shown).length).toBeLessThan(16_000);
    }
  });

  test('an example reads as it is', async () => {
    const { answer } = await call('show_operation', { operationId: 'GET /service/tickets/{id}' });
    const { inputs } = Object(answer['example']);
    expect((await read('getServiceTicketsById', inputs)).answer['response']).toMatchObject({ id: 1 });
  });

  test('names the nearest of an unknown one', async () => {
    const { failed, text } = await call('show_operation', { operationId: 'getServiceTikets' });
    expect(failed).toBe(true);
    expect(text).toMatch(/^unknown_operation: There is no operation 'getServiceTikets'.* getServiceTickets,/);
  });
});

describe('read_operation', () => {
  test('answers what ConnectWise answered', async () => {
    expect((await read('getCompanyCompaniesById', { id: 1 })).answer).toMatchObject({
      operationId: 'getCompanyCompaniesById',
      responseCode: '200',
      requestId: expect.any(String),
      response: { id: 1 },
    });
  });

  test('reads by POST where that is a search', async () => {
    const { answer } = await read('postServiceTicketsSearch', {}, { request: { conditions: 'id = 3' } });
    expect(answer['response']).toMatchObject([{ id: 3 }]);
  });

  test('keeps a list of 1,000 records small', async () => {
    const { answer, text } = await read('getServiceTickets', { pageSize: 1_000 });
    expect(text.length).toBeLessThan(25_000);
    expect(answer['more']).toMatchObject({ note: expect.stringMatching(/^\d+ of 1000 records are shown/) });
  });

  test('leads through 1,000 records by what it says is next, each once', async () => {
    const seen: number[] = [];
    let inputs: object = { pageSize: 1_000, fields: 'id,summary,company' };
    for (let calls = 0; calls < 100; calls++) {
      const { answer } = await read('getServiceTickets', inputs);
      for (const row of Array.from(Object(answer['response']))) seen.push(Object(row).id);
      const { inputs: next } = Object(answer['more'] ?? {});
      if (next === undefined) break;
      inputs = { ...inputs, ...next };
    }
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  });

  test('says of a full page that more may follow, and of the last nothing', async () => {
    const fields = { fields: 'id', pageSize: 500 };
    const first = await read('getServiceTickets', fields);
    expect(first.answer).toMatchObject({ more: { inputs: { page: 2, pageSize: 500 } } });
    expect((await read('getServiceTickets', { ...fields, page: 3 })).answer).toMatchObject({ response: [] });
    expect((await read('getServiceTickets', { ...fields, page: 3 })).answer).not.toHaveProperty('more');
  });

  test('shows of a file what it is, and no bytes', async () => {
    const { answer, text } = await read('getFinanceInvoicesByIdPdf', { id: 1, return: 'binary' });
    expect(answer).toMatchObject({
      response: { contentType: 'application/pdf', bytes: expect.any(Number) },
      more: { note: expect.stringContaining('It is a file') },
    });
    expect(text).not.toContain('base64');
  });

  test.each([
    ['an unknown operation', 'getServiceTikets', {}, 'unknown_operation: There is no operation'],
    [
      'a missing input',
      'getServiceTicketsById',
      {},
      "invalid_inputs: getServiceTicketsById was not sent. Input 'id'",
    ],
    ['a missing record', 'getServiceTicketsById', { id: 424242 }, 'not_found: '],
    ['a wrong condition', 'getServiceTickets', { conditions: 'closedFlag == 1' }, 'invalid_inputs: '],
    ['a write', 'postServiceTickets', {}, 'not_a_read: postServiceTickets writes, so it was not sent.'],
    ['a list in parts', 'getServiceTickets', { pages: 'all' }, "There is no input 'pages'"],
  ])('refuses %s by a sentence', async (_, operationId, inputs, sentence) => {
    const { failed, text } = await read(operationId, inputs);
    expect(failed).toBe(true);
    expect(text).toContain(sentence);
    expect(text.length).toBeLessThan(4_000);
  });

  test.each([
    ['nothing', {}, "'connection' is missing"],
    ['an unknown connection', { connection: 'acne', operationId: 'getSystemInfo' }, "no connection 'acne'"],
    [
      'a connection that climbs',
      { connection: '../x', operationId: 'getSystemInfo' },
      "'connection' must be 1 to 64",
    ],
    [
      'an unknown field',
      { operationId: 'getSystemInfo', input: {} },
      "no field 'input' (did you mean 'inputs'?)",
    ],
    ['inputs as text', { operationId: 'getSystemInfo', inputs: '{}' }, "'inputs' must be an object"],
  ])('refuses %s', async (_, given, sentence) => {
    const { failed, text } = await call('read_operation', { operationId: 'getSystemInfo', ...given });
    expect([failed, text]).toEqual([true, expect.stringContaining(sentence)]);
  });

  test('names the tools where there is none of that name', async () => {
    expect(await call('read', {})).toMatchObject({
      failed: true,
      text: expect.stringContaining('There are search_operations, '),
    });
  });
});

describe('write_operation', () => {
  test('shows what would be sent, and sends nothing', async () => {
    const { answer } = await write('postCompanyCompanies', company('Dry'));
    expect(answer).toMatchObject({
      status: 'dry_run',
      operationId: 'postCompanyCompanies',
      confirm: expect.any(String),
      response: { method: 'POST', path: '/company/companies', body: { identifier: 'Dry' } },
    });
    expect(await countOf('Dry')).toEqual({ count: 0 });
  });

  test('sends what is confirmed once, however often it is confirmed', async () => {
    const { answer: dry } = await write('postCompanyCompanies', company('Once'));
    const confirm = dry['confirm'];
    const [first, second] = await Promise.all([
      write('postCompanyCompanies', { ...company('Once'), confirm }),
      write('postCompanyCompanies', { ...company('Once'), confirm }),
    ]);
    const third = await write('postCompanyCompanies', { ...company('Once'), confirm });
    expect(third.answer).toMatchObject({
      status: 'done',
      id: dry['id'],
      responseCode: '201',
      response: { identifier: 'Once' },
      before: expect.stringContaining('This very write was run before: it succeeded'),
    });
    // One of two at the same moment may find the other at work.
    for (const { failed, text } of [first, second].filter((it) => it.failed))
      expect([failed, text]).toEqual([true, expect.stringContaining('in_progress')]);
    expect(await countOf('Once')).toEqual({ count: 1 });
  });

  test('tells in another dry run that it was done, and does it again only by a key', async () => {
    const twice = company('Twice');
    const { answer: first } = await write('postCompanyCompanies', twice);
    await write('postCompanyCompanies', { ...twice, confirm: first['confirm'] });
    const { answer: second } = await write('postCompanyCompanies', twice);
    expect(second).toMatchObject({ id: first['id'], before: expect.stringContaining("give a 'key'") });
    await write('postCompanyCompanies', { ...twice, confirm: second['confirm'] });
    expect(await countOf('Twice')).toEqual({ count: 1 });
    const { answer: keyed } = await write('postCompanyCompanies', { ...twice, key: 'again' });
    expect(keyed).not.toHaveProperty('before');
    expect(keyed['id']).not.toBe(first['id']);
  });

  test('refuses a token of another request and sends nothing', async () => {
    const { answer } = await write('postCompanyCompanies', company('Shown'));
    const { failed, text } = await write('postCompanyCompanies', {
      ...company('Other'),
      confirm: answer['confirm'],
    });
    expect([failed, text]).toEqual([
      true,
      expect.stringMatching(/^not_confirmed: Nothing was sent\. The token is not of this request/),
    ]);
    expect(await countOf('Other')).toEqual({ count: 0 });
  });

  test('shows the ids that names mean, and what has none', async () => {
    const { answer: companies } = await read('getCompanyCompanies', { pageSize: 1, fields: 'id,name' });
    const { answer: boards } = await read('getServiceBoards', { pageSize: 1, fields: 'id,name' });
    const [known] = Array.from(Object(companies['response']));
    const [board] = Array.from(Object(boards['response']));
    const named = { summary: 'Printer', company: Object(known).name, board: Object(board).name };
    const asked = { connection: 'helpdesk', operationId: 'postServiceTickets', resolve: true };
    const { answer } = await call('write_operation', { ...asked, request: named });
    expect(answer['response']).toMatchObject({
      body: { company: { id: Object(known).id }, board: { id: Object(board).id } },
    });
    const none = await call('write_operation', { ...asked, request: { ...named, company: 'Nonesuch Ltd' } });
    expect([none.failed, none.text]).toEqual([true, expect.stringMatching(/^unresolved_name: /)]);
  });

  test('says all that is wrong with a request, each with its mend', async () => {
    const { failed, text } = await write('postCompanyCompanies', {
      request: { name: ['A'], identifier: {} },
    });
    expect(failed).toBe(true);
    expect(text).toMatch(/^invalid_request: postCompanyCompanies was not sent\./);
    expect(text).toContain('- request.');
  });

  test.each([
    ['by a connection without a policy', { connection: 'open' }, "connection 'open' has no policy"],
    ['by a connection for reading', { connection: 'closed' }, 'not_allowed: '],
    [
      'that the policy does not name',
      { operationId: 'postServiceTickets' },
      'Add "postServiceTickets" to policy.writes',
    ],
    [
      'that destroys',
      { operationId: 'deleteCompanyCompaniesById', inputs: { id: 1 }, request: undefined },
      'policy.destructive',
    ],
    ['by a connection that is not there', { connection: 'acne' }, "no connection 'acne'"],
    ['that reads', { operationId: 'getSystemInfo' }, 'not_a_write: getSystemInfo reads.'],
    ['that nobody knows', { operationId: 'postServiceTikets' }, 'unknown_operation: '],
  ])('refuses a write %s, without a dry run', async (_, more, sentence) => {
    const { failed, text, answer } = await write('postCompanyCompanies', { ...company('Refused'), ...more });
    expect([failed, text]).toEqual([true, expect.stringContaining(sentence)]);
    expect(answer).toEqual({});
    expect(await countOf('Refused')).toEqual({ count: 0 });
  });
});

describe('invocation_status', () => {
  test('knows a write that was sent, and none that was only shown', async () => {
    const { answer: dry } = await write('postCompanyCompanies', company('Known'));
    const ask = () => call('invocation_status', { connection: 'acme', id: dry['id'] });
    expect(await ask()).toMatchObject({ failed: true, text: expect.stringMatching(/^unknown_invocation: /) });
    await write('postCompanyCompanies', { ...company('Known'), confirm: dry['confirm'] });
    expect((await ask()).answer).toMatchObject({
      status: 'done',
      succeeded: true,
      operationId: 'postCompanyCompanies',
      response: { identifier: 'Known' },
    });
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
