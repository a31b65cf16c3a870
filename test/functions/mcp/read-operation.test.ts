import { afterAll, describe, expect, test } from 'vitest';
import { openAgentStage } from './agent-stage.ts';

const { call, read, close } = await openAgentStage();
afterAll(close);

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
