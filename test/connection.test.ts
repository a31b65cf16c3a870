import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Connection,
  createConnections,
  parseConnection,
  type ReadSecret,
  signsInAlike,
} from '../lib/connection.ts';

const secret = {
  siteUrl: 'na.myconnectwise.net',
  username: 'acme+AbCdEf',
  password: 'private-key',
  clientId: '5cf0a2b9',
};

const parse = (value: unknown) => parseConnection('acme', JSON.stringify(value));

function messageOf(value: unknown): string {
  const found = parse(value);
  return found.found ? 'found' : found.failure.message;
}

describe('a connection', () => {
  test('is its secret, its name and its company', () => {
    expect(parse(secret)).toEqual({ found: true, connection: { ...secret, name: 'acme', company: 'acme' } });
  });

  test('is trimmed, since secrets are pasted', () => {
    const padded = { ...secret, password: ' private-key\n', clientId: '\t5cf0a2b9 ' };
    expect(parse(padded)).toMatchObject({ connection: { password: 'private-key', clientId: '5cf0a2b9' } });
  });

  test('keeps a key that holds a plus sign', () => {
    expect(parse({ ...secret, username: 'acme+a+b' })).toMatchObject({
      connection: { company: 'acme', username: 'acme+a+b' },
    });
  });

  test.each([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
  ])('takes the flag %j as a console stores it', (returnHttpFailureResponses, flag) => {
    const connection = { returnHttpFailureResponses: flag };
    expect(parse({ ...secret, returnHttpFailureResponses })).toMatchObject({ connection });
  });

  test.each([
    [{ ...secret, siteUrl: undefined }, "'siteUrl' is missing."],
    [{ ...secret, password: null }, "'password' must be a string."],
    [{ ...secret, password: '  ' }, "'password' must not be empty."],
    [{ ...secret, password: 'pass\r\nx: y' }, "'password' must hold printable ASCII characters only."],
    [{ ...secret, clientId: 'schlüssel' }, "'clientId' must hold printable ASCII characters only."],
    [
      { ...secret, username: 'acme' },
      "'username' must be the company, a plus sign and the public key: acme+AbCdEf.",
    ],
    [
      { ...secret, username: '+key' },
      "'username' must be the company, a plus sign and the public key: acme+AbCdEf.",
    ],
    [{ ...secret, returnHttpFailureResponses: 'yes' }, "'returnHttpFailureResponses' must be true or false."],
    [{ ...secret, client_id: 'x' }, "There is no field 'client_id' (did you mean 'clientId'?)."],
    [[secret], 'It must be an object.'],
    ['text', 'It must be an object.'],
  ])('is refused as %j', (value, sentence) => {
    expect(messageOf(value)).toBe(`The secret of connection 'acme' is not valid: ${sentence}`);
  });

  test('is refused where its secret is not JSON, without a word of it', () => {
    expect(parseConnection('acme', 'password=hunter2hunter2')).toEqual({
      found: false,
      failure: {
        reason: 'invalid_connection',
        message: "The secret of connection 'acme' is not valid: it is not JSON.",
      },
      passing: false,
    });
  });
});

test('whatever is wrong, no value of a secret is quoted', () => {
  const value = fc.stringMatching(/^[A-Za-z0-9+/@ ]{8,40}$/);
  const field = fc.oneof(
    value,
    value.map((text) => `${text}\n${text}`),
    value.map((text) => [text]),
    fc.constant(undefined),
  );
  const fields = fc.record({
    siteUrl: field,
    username: field,
    password: field,
    clientId: field,
    returnHttpFailureResponses: field,
    pasword: field,
  });
  fc.assert(
    fc.property(fields, fc.nat(3), (given, cutOff) => {
      const text = JSON.stringify(given);
      const found = parseConnection('acme', text.slice(0, text.length - cutOff));
      const message = found.found ? '' : found.failure.message;
      for (const one of Object.values(given).flat()) {
        for (const part of (one ?? '').split('\n').filter((it) => it.trim().length >= 4)) {
          expect(message).not.toContain(part.trim());
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

/** Connections over a secret that the test changes, with a clock that the test moves. */
function observed() {
  const stored: ReadSecret = { found: true, text: JSON.stringify(secret) };
  const state: { nowMs: number; reads: string[]; secret: ReadSecret } = {
    nowMs: 0,
    reads: [],
    secret: stored,
  };
  const connections = createConnections({
    readSecret: async (name) => {
      state.reads.push(name);
      return state.secret;
    },
    now: () => state.nowMs,
    maxAgeMs: 1_000,
  });
  const find = async (name = 'acme'): Promise<Connection> => {
    const found = await connections.find(name);
    if (!found.found) throw new Error(found.failure.message);
    return found.connection;
  };
  const rotate = (password: string) => {
    state.secret = { found: true, text: JSON.stringify({ ...secret, password }) };
  };
  return { state, connections, find, rotate };
}

const throttled: ReadSecret = {
  found: false,
  failure: { reason: 'secret_unavailable', message: 'Not now.' },
  passing: true,
};

describe('connections', () => {
  test('are read once while they are young', async () => {
    const { state, find } = observed();
    const first = await find();
    state.nowMs = 999;
    expect(await find()).toBe(first);
    expect(state.reads).toEqual(['acme']);
  });

  test('are read again when they are old', async () => {
    const { state, find, rotate } = observed();
    await find();
    rotate('new-key');
    state.nowMs = 1_000;
    expect((await find()).password).toBe('new-key');
  });

  test('are kept apart by name', async () => {
    const { state, find } = observed();
    await Promise.all([find('acme'), find('other'), find('acme')]);
    expect(state.reads).toEqual(['acme', 'other']);
  });

  test('that failed are asked for again', async () => {
    const { state, connections, rotate } = observed();
    state.secret = throttled;
    expect(await connections.find('acme')).toEqual(throttled);
    rotate('new-key');
    expect(await connections.find('acme')).toMatchObject({ found: true });
  });

  test('whose reading broke down are asked for again', async () => {
    const broken = { reads: 0 };
    const connections = createConnections({
      readSecret: async () => {
        broken.reads += 1;
        if (broken.reads === 1) throw new Error('down');
        return { found: true, text: JSON.stringify(secret) };
      },
      now: () => 0,
      maxAgeMs: 1_000,
    });
    await expect(connections.find('acme')).rejects.toThrow('down');
    expect(await connections.find('acme')).toMatchObject({ found: true });
  });

  test('are renewed before they are old', async () => {
    const { connections, find, rotate } = observed();
    const stale = await find();
    rotate('new-key');
    expect(await connections.renew(stale)).toMatchObject({ connection: { password: 'new-key' } });
    expect((await find()).password).toBe('new-key');
  });

  test('are renewed once for all who hold the stale one', async () => {
    const { state, connections, find, rotate } = observed();
    const stale = await find();
    rotate('new-key');
    const renewed = await Promise.all([1, 2, 3].map(() => connections.renew(stale)));
    const late = await connections.renew(stale);
    expect(new Set([...renewed, late])).toEqual(new Set([late]));
    expect(state.reads).toHaveLength(2);
  });

  test('say why they could not be renewed', async () => {
    const { state, connections, find } = observed();
    const stale = await find();
    state.secret = throttled;
    expect(await connections.renew(stale)).toEqual(throttled);
    expect(state.reads).toHaveLength(2);
  });
});

test.each([
  ['username', false],
  ['password', false],
  ['clientId', false],
  ['siteUrl', false],
  ['returnHttpFailureResponses', true],
] as const)('another %s signs in alike: %s', (field, alike) => {
  const a: Connection = { ...secret, name: 'acme', company: 'acme' };
  const b: Connection = { ...a, [field]: field === 'returnHttpFailureResponses' ? true : 'other' };
  expect(signsInAlike(a, b)).toBe(alike);
});
