import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { sentBack, tooMany } from '../answers.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';
import { answerOf, observedCompany } from './small-company.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

describe('look-ups', () => {
  test('are made once for a message, and not again for the next ones', async () => {
    const { run, asked } = observedCompany(catalogue);
    const request = ['a', 'b', 'c'].map((name) => ({ name, company: 'Acme', vendor: 'acme' }));
    const write = { operationId: 'POST /company/configurations/bulk', request };
    await run(write);
    await run(write);
    // One for each way to write it.
    expect(asked().filter((call) => call === 'GET /company/companies')).toHaveLength(2);
  });

  test('are made again after five minutes, and at once where they found nothing', async () => {
    const { create, seen } = observedCompany(catalogue);
    const lookUpsOf = async (company: string) => (await create({ summary: 'x', company })).lookUps.length;
    expect([await lookUpsOf('Acme'), await lookUpsOf('Acme')]).toEqual([1, 0]);
    seen.nowMs += 5 * 60_000;
    expect(await lookUpsOf('Acme')).toBe(1);
    expect([await lookUpsOf('Nobody'), await lookUpsOf('Nobody')]).toEqual([2, 2]);
  });

  test('are shared by messages at the same moment', async () => {
    const { create, asked } = observedCompany(catalogue, answerOf);
    const messages = Array.from({ length: 10 }, () => create({ summary: 'x', company: 'Acme' }));
    await Promise.all(messages);
    expect(asked().filter((call) => call === 'GET /company/companies')).toHaveLength(1);
    expect(asked().filter((call) => call === 'POST /service/tickets')).toHaveLength(10);
  });

  test.each([
    [403, { code: 'Security', message: 'No.' }, 'forbidden', 'result'],
    [429, tooMany, 'rate_limited', 'wait'],
    [500, 'Oops', 'server_error', 'result'],
  ])('that are answered with %i end the message as such a call does', async (status, body, reason, kind) => {
    const refuse = sentBack(status, body);
    const { run } = observedCompany(catalogue, (request) =>
      request.path === '/service/boards' ? refuse : answerOf(request),
    );
    const { outcome, failure, written } = await run({
      operationId: 'postServiceTickets',
      request: { summary: 'x', board: 'Help Desk', company: 'Acme' },
      returnHttpFailureResponses: true,
    });
    expect(outcome).toMatchObject({ kind, result: { succeeded: false, responseCode: String(status) } });
    expect(failure).toMatchObject({ reason });
    expect(failure?.message).toContain(
      "'request.board' could not be looked up by GET /service/boards, so postServiceTickets was not sent.",
    );
    expect(written).toBeUndefined();
  });

  test('for which no time is left let the message wait', async () => {
    const { run } = observedCompany(catalogue);
    const write = { operationId: 'postServiceTickets', request: { summary: 'x', company: 'Acme' } };
    const { outcome, lookUps } = await run(write, 500);
    expect(outcome).toMatchObject({ kind: 'wait', result: { failure: { reason: 'timed_out' } } });
    expect(lookUps).toEqual([]);
  });

  test('that are answered with something else find nothing out', async () => {
    const { create } = observedCompany(catalogue, () => sentBack(200, '<html>'));
    const { failure } = await create({ summary: 'x', company: 'Acme' });
    expect(failure).toMatchObject({ reason: 'cannot_resolve' });
    expect(failure?.message).toContain('GET /company/companies answered with something else than records');
  });

  test('are made for a dry run too, which shows the ids', async () => {
    const { run } = observedCompany(catalogue);
    const { outcome, written } = await run({
      operationId: 'postServiceTickets',
      preflight: 'only',
      request: { summary: 'x', company: 'Acme' },
    });
    expect(outcome.result).toMatchObject({ succeeded: true, response: { body: { company: { id: 11 } } } });
    expect(written).toBeUndefined();
  });
});
