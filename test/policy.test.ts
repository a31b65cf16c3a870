import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConnection } from '../lib/connection.ts';
import { destructionOf } from '../lib/destruction.ts';
import { idleEntries, type Policy, prohibition } from '../lib/policy.ts';
import { writes } from '../lib/request.ts';
import { sentBack } from './answers.ts';
import { defaultCatalogue } from './catalogue/default-catalogue.ts';
import { acme, observedEngine, runScript as run } from './observed-engine.ts';
import { begin, create, created, digestFor, patch, remove } from './observed-writes.ts';
import { operations, smallCatalogue } from './small-catalogue.ts';

const secret = {
  siteUrl: 'na.myconnectwise.net',
  username: 'acme+AbCdEf',
  password: 'private-key',
  clientId: '5cf0a2b9',
};

const parse = (policy: unknown) => parseConnection('acme', JSON.stringify({ ...secret, policy }));
const governed = (policy: Policy) => ({ found: true, connection: { ...acme, policy } }) as const;
const mayGo = (policy: Policy, operation: (typeof operations)[keyof typeof operations]) =>
  prohibition({ name: 'acme', policy }, operation) === undefined;

describe('the policy in a secret', () => {
  test.each<Policy>([
    { writes: 'all' },
    { writes: 'none' },
    { writes: [], destructive: [] },
    { writes: ['postServiceTickets', 'PATCH /service/*', '* /time/*', 'put*'] },
    { writes: 'all', destructive: ['DELETE /service/tickets/{id}', 'deleteCompanyCompaniesById'] },
  ])('%j is taken', (policy) => {
    expect(parse(policy)).toMatchObject({ found: true, connection: { policy } });
  });

  test.each([
    ['readonly', "'policy' must be an object."],
    [{}, "'policy.writes' is missing."],
    [{ writes: 'some' }, '\'policy.writes\' must be "all", "none", or a list of operations such as'],
    [{ writes: ['PATCH  /service'] }, "'policy.writes.0' must be an operationId such as postServiceTickets"],
    [{ writes: ['all', 'POST service/tickets'] }, "'policy.writes.1' must be an operationId"],
    [{ write: 'none' }, "There is no field 'policy.write' (did you mean 'policy.writes'?)."],
    [
      { writes: 'all', destructive: ['delete*'] },
      "'policy.destructive.0' must name one operation, without *",
    ],
    [{ writes: 'all', destructive: 'all' }, "'policy.destructive' must be an array."],
    [
      { writes: 'none', destructive: ['deleteServiceTicketsById'] },
      '\'policy.destructive\' must be empty where writes is "none".',
    ],
  ])('%j is explained', (policy, sentence) => {
    const found = parse(policy);
    expect(found).toMatchObject({ found: false, failure: { reason: 'invalid_connection' } });
    expect(found.found ? '' : found.failure.message).toContain(sentence);
  });
});

describe('what a policy lets out', () => {
  const { createTicket, patchTicket, replaceTicket, deleteTicket, searchTickets, listTickets } = operations;

  test('is everything where there is none', () => {
    for (const operation of Object.values(operations))
      expect(prohibition({ name: 'acme' }, operation)).toBeUndefined();
  });

  test('is every read, be it a POST, whatever it says of writes', () => {
    for (const operation of [listTickets, searchTickets])
      expect(mayGo({ writes: 'none' }, operation)).toBe(true);
  });

  test.each([
    ['postServiceTickets', true],
    ['POSTSERVICETICKETS', true],
    ['guid-of-postServiceTickets', true],
    ['POST /service/tickets', true],
    ['post /SERVICE/tickets', true],
    ['POST /service/*', true],
    ['* /service/tickets', true],
    ['*', true],
    ['post*', true],
    ['*tickets', true],
    ['POST /service/tickets/*', false],
    ['POST /service', false],
    ['PATCH /service/*', false],
    ['postService', false],
    ['post*tickets*tickets', false],
  ])('by %j, a new ticket: %j', (entry, isAllowed) => {
    expect(mayGo({ writes: [entry] }, createTicket)).toBe(isAllowed);
  });

  test('a path with its parameters is a route, too', () => {
    expect(mayGo({ writes: ['PATCH /service/tickets/{id}'] }, patchTicket)).toBe(true);
    expect(mayGo({ writes: ['PATCH /service/tickets/{id}'] }, replaceTicket)).toBe(false);
  });

  test('is destructive only where that is named, and then whatever else is allowed', () => {
    expect(mayGo({ writes: 'all' }, deleteTicket)).toBe(false);
    expect(mayGo({ writes: ['*', 'deleteServiceTicketsById'] }, deleteTicket)).toBe(false);
    expect(mayGo({ writes: [], destructive: ['deleteServiceTicketsById'] }, deleteTicket)).toBe(true);
    expect(mayGo({ writes: 'all', destructive: ['postServiceTickets'] }, patchTicket)).toBe(true);
  });

  test('a star stands for any text: as a regular expression says that is made of the pattern', () => {
    const piece = fc.stringMatching(/^[a-c/]{0,3}$/);
    const { pattern, path } = {
      pattern: fc.array(piece, { minLength: 1, maxLength: 5 }),
      path: fc.stringMatching(/^[a-c/]{0,12}$/),
    };
    fc.assert(
      fc.property(pattern, path, (pieces, text) => {
        const operation = { ...createTicket, path: `/${text}x` };
        const said = mayGo({ writes: [`POST /${pieces.join('*')}x`] }, operation);
        expect(said).toBe(new RegExp(`^/${pieces.join('.*')}x$`).test(operation.path));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a pattern of many stars costs no more than a short one', () => {
    const policy: Policy = { writes: [`${'*a'.repeat(140)}*z`] };
    expect(mayGo(policy, { ...createTicket, operationId: 'a'.repeat(10_000) })).toBe(false);
  });
});

describe('what destroys', () => {
  const all = defaultCatalogue().all();
  const destroying = all.filter(destructionOf);

  test('is every deletion, and what acts in bulk, merges, clears or resets', () => {
    const others = destroying.filter(({ method }) => method !== 'DELETE');
    expect(others.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /company/companies/{id}/merge',
      'POST /company/companyPickerItems/clear',
      'PUT /company/configurations/bulk',
      'POST /company/configurations/bulk',
      'PUT /procurement/purchaseorders/{parentId}/lineitems/bulk',
      'POST /procurement/purchaseorders/{parentId}/lineitems/bulk',
      'POST /schedule/colors/{id}/clear',
      'POST /schedule/colors/reset',
      'POST /service/tickets/{parentId}/merge',
      'PUT /system/members/{parentId}/managedDeviceAccounts/bulk',
    ]);
    const deletions = all.filter(({ method }) => method === 'DELETE');
    expect(deletions.every(destructionOf)).toBe(true);
  });

  test('are writes, all of them', () => {
    expect(destroying.every(writes)).toBe(true);
  });

  test('no policy without names lets any of it out', () => {
    for (const operation of destroying)
      expect(prohibition({ name: 'acme', policy: { writes: 'all' } }, operation)).toMatchObject({
        reason: 'not_allowed',
      });
  });
});

describe('entries that mean nothing', () => {
  test('are told, each with why', () => {
    const policy: Policy = {
      writes: ['PATCH /servce/*', 'GET /service/*', 'DELETE *', 'post*'],
      destructive: ['deleteServiceTicketById', 'postServiceTickets', 'deleteServiceTicketsById'],
    };
    expect(idleEntries(policy, smallCatalogue.all()).map((it) => it.replace(/\. .*$/, '.'))).toEqual([
      "policy.writes: 'PATCH /servce/*' matches no operation that writes.",
      "policy.writes: 'GET /service/*' matches no operation that writes.",
      "policy.writes: 'DELETE *' matches only what destroys, which policy.destructive must name.",
      "policy.destructive: 'deleteServiceTicketById' names no operation that writes.",
      "policy.destructive: 'postServiceTickets' destroys nothing.",
    ]);
    expect(idleEntries({ writes: 'all' }, smallCatalogue.all())).toEqual([]);
  });

  test('refuse nothing else', async () => {
    const connections = [governed({ writes: ['postNothing', 'postServiceTickets'] })];
    const { result } = await run({ connections, sent: [created] }, create);
    expect(result.succeeded).toBe(true);
  });
});

describe('a call that the policy does not let out', () => {
  test.each<[object, Policy, string]>([
    [
      create,
      { writes: 'none' },
      `postServiceTickets (POST /service/tickets) was not sent: connection 'acme' is for reading only, as policy.writes is "none". Use another connection for writes.`,
    ],
    [
      patch,
      { writes: ['postServiceTickets'] },
      `patchServiceTicketsById (PATCH /service/tickets/{id}) was not sent: connection 'acme' allows only the writes in policy.writes, and none of the 1 there matches. Add "patchServiceTicketsById" to policy.writes in the connection's secret.`,
    ],
    [
      remove,
      { writes: 'all' },
      `deleteServiceTicketsById (DELETE /service/tickets/{id}) was not sent: connection 'acme' allows what destroys only where policy.destructive names it, and this one deletes. Add "deleteServiceTicketsById" to policy.destructive in the connection's secret.`,
    ],
  ])('%j ends without being sent', async (invocation, policy, message) => {
    const { outcome, seen } = await run({ connections: [governed(policy)] }, invocation);
    expect(outcome).toMatchObject({
      kind: 'result',
      result: { succeeded: false, failure: { reason: 'not_allowed', message, retried: 0 } },
    });
    expect(seen.exchanges).toEqual([]);
    expect(seen.siteBudgets).toEqual([]);
  });

  test('looks no name up', async () => {
    const request = { summary: 'x', company: 'Acme' };
    const { result, seen } = await run(
      { connections: [governed({ writes: 'none' })] },
      { operationId: 'postServiceTickets', resolve: true, request },
    );
    expect(result.failure?.reason).toBe('not_allowed');
    expect(seen.exchanges).toEqual([]);
  });

  test('is shown by a dry run', async () => {
    const { result, seen } = await run(
      { connections: [governed({ writes: 'none' })] },
      { ...create, preflight: 'only' },
    );
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'not_allowed' } });
    expect(seen.exchanges).toEqual([]);
  });

  test('a dry run without the connection says that this was not checked', async () => {
    const failure = { reason: 'unknown_connection', message: "There is no connection 'acme'." };
    const connections = [{ found: false, failure, passing: false }] as const;
    const { result } = await run({ connections }, { ...create, preflight: 'only' });
    expect(result).toMatchObject({
      succeeded: true,
      response: { method: 'POST' },
      warnings: [
        {
          reason: 'policy_not_checked',
          message: `Whether the connection allows this write was not checked. ${failure.message}`,
        },
      ],
    });
  });

  test('has that result for good, and another message of the same id is asked anew', async () => {
    const { execute, seen, memory } = begin({
      connections: [governed({ writes: 'none' }), governed({ writes: 'all' })],
      sent: [created],
    });
    const first = await execute(create);
    expect(memory.items.get('acme/id-1')?.value).toMatchObject({ state: 'done', executed: false });
    expect(await execute(create)).toEqual(first);
    expect((await execute(create, { delivery: 'message-2' })).result.succeeded).toBe(true);
    expect(seen.exchanges).toHaveLength(1);
  });

  test('gets the result that it had before it was forbidden', async () => {
    const { execute, seen } = begin({
      connections: [governed({ writes: 'all' }), governed({ writes: 'none' })],
      sent: [created],
    });
    const first = await execute(create);
    expect(await execute(create)).toEqual(first);
    expect(seen.exchanges).toHaveLength(1);
  });

  test('stays in doubt where it may have been sent before it was forbidden', async () => {
    const digest = await digestFor(create);
    const { execute, seen, memory } = begin({ connections: [governed({ writes: 'none' })] });
    const dispatched = {
      state: 'dispatched',
      digest,
      owner: 'other',
      dispatchedAtMs: 0,
      leaseUntilMs: 1,
    } as const;
    memory.items.set('acme/id-1', { version: 1, value: dispatched });
    const { result } = await execute(create);
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'outcome_unknown' } });
    expect(seen.exchanges).toEqual([]);
  });

  test('is taken in for the queue, where no secret is read, and refused there', async () => {
    const { engine, execute } = observedEngine({ connections: [governed({ writes: 'none' })] });
    const invocation = { version: 1, connection: 'acme', ...create } as const;
    expect(await engine.take('id-1', invocation, 'call-1')).toMatchObject({ kind: 'taken' });
    expect((await execute(create, 60_000, { tracked: true })).result.failure?.reason).toBe('not_allowed');
  });
});

test('reads go on, pulls and look-ups too, where no write may go out', async () => {
  const { result } = await run(
    { connections: [governed({ writes: 'none' })], sent: [sentBack(200, [{ id: 1 }])] },
    { operationId: 'getServiceTickets' },
  );
  expect(result.succeeded).toBe(true);
});
