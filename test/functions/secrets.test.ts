import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler as api } from '../../functions/api.ts';
import { handler as queue } from '../../functions/queue.ts';
import { apiEvent, contextOf, type Doors, openDoors } from './doors.ts';

/** Whatever goes wrong, no part of a secret may be in what a person or a log can read. */
let doors: Doors;
const printed: string[] = [];
beforeAll(async () => {
  doors = await openDoors();
});
afterAll(() => doors.close());
beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => {
      printed.push(parts.map((part) => inspect(part, { depth: 20, showHidden: true })).join(' '));
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const marked = { username: 'acme+MARKEDpublic', password: 'MARKEDprivate', clientId: 'MARKED-client-id' };
const basic = Buffer.from(`${marked.username}:${marked.password}`).toString('base64');

/** Runs one invocation by both doors and gives everything that came out of them. */
async function everythingOf(connection: string, fields: object, remainingMs = 60_000): Promise<string> {
  printed.length = 0;
  const body = JSON.stringify({
    version: 1,
    id: 'marked',
    connection,
    operationId: 'getSystemInfo',
    ...fields,
  });
  const response = await queue(doors.receive(body), contextOf(remainingMs));
  const answer = await api(apiEvent('POST /invocations', { body }), contextOf(remainingMs - 7_000));
  return [JSON.stringify([response, doors.takeResults(), answer]), ...printed].join('\n');
}

function expectNoSecret(text: string, reason: string): void {
  expect(text).toContain(reason);
  expect(text).not.toMatch(/MARKED/);
  expect(text).not.toContain(basic);
}

describe('no secret comes out', () => {
  test('of a refused key', async () => {
    await doors.connect('refused', { username: marked.username, password: marked.password });
    expectNoSecret(await everythingOf('refused', {}), 'unauthorized');
  });

  test('of a refused clientId', async () => {
    await doors.connect('unrouted', marked);
    expectNoSecret(await everythingOf('unrouted', {}), 'cannot_route');
  });

  test.each([
    ['a server error', { status: 500, body: 'boom' }, 'server_error'],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' } }, 'redirected'],
    ['a timeout', { delayMs: 600_000 }, 'timed_out'],
    ['a cut connection', { cut: 'before' }, 'connection_cut'],
    // The last one, since the governor blocks the connection after it.
    ['a rate limit', { status: 429, body: { error: 'ConnectWiseAPI' } }, 'rate_limited'],
  ] as const)('of %s', async (name, fault, reason) => {
    await doors.connect('sound');
    const inputs = { id: 1 + name.length };
    doors.simulator.failNext({ path: `/service/tickets/${inputs.id}`, times: 8, ...fault });
    const text = await everythingOf('sound', { operationId: 'getServiceTicketsById', inputs }, 11_500);
    const { username, password, clientId } = doors.simulator.credentials;
    const sent = Buffer.from(`${username}:${password}`).toString('base64');
    expect(text).toContain(reason);
    for (const secret of [username, password, clientId, sent]) expect(text).not.toContain(secret);
  });

  test.each([
    ['a secret that is cut off', `{"password":"${marked.password}`, 'is not JSON'],
    [
      'a field of the wrong type',
      JSON.stringify({ ...marked, siteUrl: 'x', password: [marked.password] }),
      'must be a string',
    ],
    [
      'a misspelt field',
      JSON.stringify({ ...marked, siteUrl: 'x', passwort: marked.password }),
      'did you mean',
    ],
    [
      'a key with a line break',
      JSON.stringify({ ...marked, siteUrl: 'x', clientId: 'MARKED\nid' }),
      'printable',
    ],
    [
      'a host that is not allowed',
      JSON.stringify({ ...marked, siteUrl: 'https://MARKED:MARKED@evil.example' }),
      'user name or password',
    ],
  ])('of %s', async (name, secret, reason) => {
    const connection = name.replaceAll(' ', '-');
    await doors.storeSecret(connection, secret);
    expectNoSecret(await everythingOf(connection, {}), reason);
  });
});
