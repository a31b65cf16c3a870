import { describe, expect, test } from 'vitest';
import { createKeys, keyAddress } from '../../lib/callback/key.ts';
import type { Sent } from '../../lib/response.ts';

const cloud = { company: 'acme', origin: 'https://api-na.myconnectwise.net' };
const id = '6f9619ff-8b86-d011-b42d-00cf4fc964ff';
const path = `/v2025_1//system/callbackkey/index.rails?companyName=acme&id=${id}`;
const right = `https://na.myconnectwise.net${path}`;

describe('the address of a key', () => {
  test.each([
    ['on the host of the API', `https://api-na.myconnectwise.net${path}`],
    ['on the host that people look at', right],
    ['with the company in other letters', right.replace('acme', 'ACME')],
    ['with one slash', right.replace('//system', '/system')],
  ])('is taken %s', (_, url) => {
    const { origin } = new URL(url);
    expect(keyAddress(url, cloud)).toEqual({ url: `${origin}${path}` });
  });

  test.each([
    ['on another host', right.replace('na.', 'evil.')],
    ['on another host of ConnectWise', right.replace('na.', 'eu.')],
    ['on a host that begins alike', right.replace('.net', '.net.evil.example')],
    ['on a host behind a user name', `https://na.myconnectwise.net@evil.example${path}`],
    ['in plain http', right.replace('https', 'http')],
    ['on another port', right.replace('.net', '.net:8443')],
    ['by another scheme', right.replace('https', 'ftp')],
    ['as a file', 'file:///etc/passwd'],
    ['on this machine', `http://127.0.0.1${path}`],
    ['on the address of metadata', `http://169.254.169.254${path}`],
    ['of another company', right.replace('acme', 'evil')],
    ['of no company', right.replace('companyName=acme&', '')],
    ['on another path', right.replace('index.rails', 'other.rails')],
    ['below a longer path', right.replace('/v2025_1', '/evil/v2025_1')],
    ['on a path that climbs', right.replace('callbackkey', '../../evil')],
    ['with an id that is more than one', right.replace(id, `${id}%26companyName%3Devil`)],
    ['without an id', right.replace(id, '')],
    ['that is none', 'nowhere'],
  ])('is refused %s', (_, url) => {
    expect(keyAddress(url, cloud)).toHaveProperty('problem');
  });

  test('is made anew: what else the message says is left out', () => {
    expect(keyAddress(`${right}&companyName=evil&x=1`, cloud)).toEqual({ url: right });
    expect(keyAddress(`https://user:key@na.myconnectwise.net${path}#x`, cloud)).toEqual({ url: right });
  });
});

/** A server of keys whose answers are given, and a clock. */
function observed(answers: Sent[]) {
  const asked: string[] = [];
  let nowMs = 0;
  const fetchKey = async (url: string): Promise<Sent> => {
    asked.push(url);
    return answers.shift() ?? { kind: 'timed_out', afterMs: 2_000 };
  };
  const keys = createKeys({ fetchKey, now: () => nowMs });
  return { keys, asked, passMs: (ms: number) => (nowMs += ms) };
}

const answered = (status: number, body: unknown): Sent => ({
  kind: 'response',
  response: { status, headers: new Headers(), bytes: Buffer.from(JSON.stringify(body)) },
});
const keyed = (signing_key: string) => answered(200, { signing_key });

describe('a signing key', () => {
  test('is asked for once in an hour, and once where many ask at the same moment', async () => {
    const { keys, asked, passMs } = observed([keyed('one'), keyed('two')]);
    const found = await Promise.all([keys.find(right), keys.find(right)]);
    expect(found).toEqual([
      { found: true, key: 'one' },
      { found: true, key: 'one' },
    ]);
    passMs(3_599_000);
    expect(await keys.find(right)).toEqual({ found: true, key: 'one' });
    passMs(1_000);
    expect(await keys.find(right)).toEqual({ found: true, key: 'two' });
    expect(asked).toHaveLength(2);
  });

  test('that has changed is asked for again, but not with every signature that does not fit', async () => {
    const { keys, asked, passMs } = observed([keyed('old'), keyed('new')]);
    await keys.find(right);
    expect(await keys.renew(right)).toBeUndefined();
    passMs(60_000);
    expect(await keys.renew(right)).toEqual({ found: true, key: 'new' });
    expect(await keys.renew(right)).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  test('is read where it comes as JSON in a JSON text', async () => {
    const { keys } = observed([answered(200, '{"signing_key":"one"}')]);
    expect(await keys.find(right)).toEqual({ found: true, key: 'one' });
  });

  test.each<[string, Sent, boolean]>([
    ['no answer', { kind: 'timed_out', afterMs: 2_000 }, true],
    ['a refused connection', { kind: 'refused', code: 'ECONNREFUSED' }, true],
    ['too much', { kind: 'too_large', status: 200, limitBytes: 10_000 }, true],
    ['a rate limit', answered(429, {}), true],
    ['a fault of the server', answered(503, {}), true],
    ['a key that there is not', answered(404, {}), false],
    ['a redirect', answered(302, {}), false],
    ['an answer without a key', answered(200, { signing_key: '' }), false],
  ])('is not remembered as missing after %s', async (_, sent, passing) => {
    const { keys } = observed([sent, keyed('one')]);
    expect(await keys.find(right)).toMatchObject({ found: false, passing });
    expect(await keys.find(right)).toEqual({ found: true, key: 'one' });
  });
});
