import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());

const manage: Connector['manage'] = (...given) => connector.manage(...given);

describe('manage connections', () => {
  test('check reaches ConnectWise and tells what was read', async () => {
    const { code, out } = await manage(['connections', 'check', 'acme', '--json']);
    expect(code).toBe(0);
    const checked = JSON.parse(out);
    expect(checked).toMatchObject({ company: 'acme', version: expect.any(String) });
    expect(checked.reads).toHaveLength(10);
    expect(checked.reads.every(({ status }: { readonly status: string }) => status === '200')).toBe(true);
    expect(Math.abs(checked.clockAheadMs)).toBeLessThan(60_000);
  });

  test('check tells what the policy lets out, and what in it means nothing', async () => {
    const policy = {
      writes: ['POST /service/tickets', 'PATCH /servce/*'],
      destructive: ['DELETE /service/tickets/{id}'],
    };
    await connector.doors.connect('careful', { policy });
    const { code, out } = await manage(['connections', 'check', 'careful']);
    expect(code).toBe(0);
    expect(out).toMatch(/lets out 2 of \d+ operations that write, 1 of them destructive\./);
    expect(out).toContain("policy.writes: 'PATCH /servce/*' matches no operation that writes.");
  });

  test.each([
    ['a wrong key', { password: 'wrong-key-of-acme' }, 'does not let connection'],
    ['a host that is not allowed', { siteUrl: 'https://elsewhere.example' }, 'which is not allowed'],
    ['a company that is not there', { username: 'nobody+key' }, 'unknown_company'],
  ])('check says what is wrong with %s, and no secret', async (_, fields, sentence) => {
    await connector.doors.connect('broken', fields);
    const { code, out, err } = await manage(['connections', 'check', 'broken']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
    expect(err).not.toContain('wrong-key-of-acme');
  });

  test('put asks for the keys without showing them, and the connector uses what was stored', async () => {
    const { url, credentials } = connector.doors.simulator;
    const typed = [url, credentials.username, credentials.password, credentials.clientId];
    const { code, hidden, out, err } = await manage(['connections', 'put', 'typed'], { typed });
    expect(code).toBe(0);
    expect(hidden).toEqual(['password, the private key', 'clientId, of your integration']);
    expect(`${out}${err}`).not.toContain(credentials.password);
    expect((await manage(['invoke', 'getSystemInfo', '-c', 'typed'])).code).toBe(0);
  });

  test('put stores nothing that is no connection, and quotes none of it', async () => {
    const input = JSON.stringify({
      siteUrl: 'https://x.example',
      username: 'no-plus-sign',
      password: 'p',
      clientId: 'c',
    });
    const { code, err } = await manage(['connections', 'put', 'wrong', '--file', '-'], { input });
    expect(code).toBe(2);
    expect(err).toContain("'username' must be the company, a plus sign and the public key");
    expect(err).not.toContain('no-plus-sign');
    expect((await manage(['connections', 'check', 'wrong'])).err).toContain('unknown_connection');
  });

  test('put refuses a name that no message could carry', async () => {
    const { code, err } = await manage(['connections', 'put', '../acme', '--file', '-'], { input: '{}' });
    expect(code).toBe(2);
    expect(err).toContain("'../acme' is no name for a connection.");
  });
});
