import { afterAll, describe, expect, test } from 'vitest';
import { company, openAgentStage } from './agent-stage.ts';

const { call, read, write, countOf, close } = await openAgentStage();
afterAll(close);

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
