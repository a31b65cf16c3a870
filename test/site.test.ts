import { describe, expect, test } from 'vitest';
import type { Connection } from '../lib/connection.ts';
import type { Sent } from '../lib/response.ts';
import { createSites, originOf } from '../lib/site.ts';
import { noEndpoint, sentBack, tooMany } from './answers.ts';

describe('originOf', () => {
  test.each([
    ['na.myconnectwise.net', 'https://api-na.myconnectwise.net'],
    ['api-na.myconnectwise.net', 'https://api-na.myconnectwise.net'],
    ['https://api-na.myconnectwise.net', 'https://api-na.myconnectwise.net'],
    ['https://api-na.myconnectwise.net/', 'https://api-na.myconnectwise.net'],
    ['https://eu.myconnectwise.net/v4_6_release/apis/3.0', 'https://api-eu.myconnectwise.net'],
    ['HTTPS://AU.MyConnectWise.net', 'https://api-au.myconnectwise.net'],
    [' za.myconnectwise.net ', 'https://api-za.myconnectwise.net'],
    ['aus.myconnectwise.net:443', 'https://api-aus.myconnectwise.net'],
    ['staging.connectwisedev.com', 'https://api-staging.connectwisedev.com'],
    ['sandbox-na.myconnectwise.net', 'https://sandbox-na.myconnectwise.net'],
    ['cw.example.com', 'https://cw.example.com'],
    ['https://cw.example.com/v4_6_release', 'https://cw.example.com'],
    ['psa.corp.example:8443', 'https://psa.corp.example:8443'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ])('takes %j', (siteUrl, origin) => {
    const allowed = ['cw.example.com', '*.corp.example:8443', 'http://127.0.0.1:3000'];
    expect(originOf(siteUrl, allowed)).toEqual({ origin });
  });

  test.each([
    ['evilmyconnectwise.net', 'names the host evilmyconnectwise.net, which is not allowed'],
    ['na.myconnectwise.net.evil.com', 'names the host na.myconnectwise.net.evil.com, which is not allowed'],
    ['myconnectwise.net', 'not allowed'],
    ['.myconnectwise.net', 'not allowed'],
    ['na.myconnectwise.net.', 'not allowed'],
    ['na.myconnectwise.net:8443', 'not allowed'],
    ['evil.com/na.myconnectwise.net', 'names the host evil.com'],
    ['evil.com#.myconnectwise.net', 'names the host evil.com'],
    ['evil.com?.myconnectwise.net', 'names the host evil.com'],
    ['evil.com\\.myconnectwise.net', 'names the host evil.com'],
    ['na.myсonnectwise.net', 'names the host na.xn--myonnectwise-'],
    ['169.254.169.254', 'not allowed'],
    ['[::1]', 'not allowed'],
    ['https://cw.example.com:444', 'names the host cw.example.com:444'],
    ['http://na.myconnectwise.net', 'must be https, but it is http://na.myconnectwise.net.'],
    ['http://cw.example.com', 'must be https'],
    ['ftp://na.myconnectwise.net', 'must be https'],
    ['http://127.0.0.1:3001', 'must be https'],
    ['user@na.myconnectwise.net', 'must not hold a user name or password'],
    ['https://acme:key@na.myconnectwise.net', 'must not hold a user name or password'],
    ['https://', 'is not a URL or a host name'],
    ['not a host', 'is not a URL or a host name'],
    ['', 'is not a URL or a host name'],
  ])('refuses %j', (siteUrl, problem) => {
    const found = originOf(siteUrl, ['cw.example.com', 'http://127.0.0.1:3000']);
    expect(found).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('takes an on-premises host only where it is allowed', () => {
    expect(originOf('cw.example.com', [])).toHaveProperty('problem');
  });

  test('does not quote a password that stands in it', () => {
    expect(JSON.stringify(originOf('https://acme:hunter2@evil.com', []))).not.toContain('hunter2');
  });
});

const connection: Connection = {
  name: 'acme',
  company: 'acme',
  siteUrl: 'na.myconnectwise.net',
  username: 'acme+AbCdEf',
  password: 'private-key',
  clientId: '5cf0a2b9',
};

const cloudInfo = { Codebase: 'v2026_1/', IsCloud: true, SiteUrl: 'api-na.myconnectwise.net' };

/** Sites over an answer that the test changes, with a clock that the test moves. */
function observed(sent: Sent, allowedHosts: readonly string[] = ['cw.example.com']) {
  const state = { nowMs: 0, sent, asked: [] as string[] };
  const sites = createSites({
    companyInfo: async (origin, company, budgetMs) => {
      state.asked.push(`${origin} ${company} ${budgetMs}`);
      return state.sent;
    },
    allowedHosts,
    now: () => state.nowMs,
    maxAgeMs: 1_000,
  });
  return { state, sites };
}

const discover = (sent: Sent, siteUrl = connection.siteUrl, allowedHosts?: readonly string[]) =>
  observed(sent, allowedHosts).sites.find({ ...connection, siteUrl }, 5_000);

const cloud = (baseUrl: string) => ({ found: true, site: { baseUrl, cloud: true } });
const onPremises = (baseUrl: string) => ({ found: true, site: { baseUrl, cloud: false } });

describe('discovery', () => {
  test('asks the API host for the login company, within the budget', async () => {
    const { state, sites } = observed(sentBack(200, cloudInfo));
    expect(await sites.find(connection, 5_000)).toEqual(
      cloud('https://api-na.myconnectwise.net/v2026_1/apis/3.0'),
    );
    expect(state.asked).toEqual(['https://api-na.myconnectwise.net acme 5000']);
  });

  test.each([
    [
      'a flag as text',
      { ...cloudInfo, IsCloud: 'True' },
      cloud('https://api-na.myconnectwise.net/v2026_1/apis/3.0'),
    ],
    [
      'no slash at the end',
      { ...cloudInfo, Codebase: 'v2026_1' },
      cloud('https://api-na.myconnectwise.net/v2026_1/apis/3.0'),
    ],
    [
      'another region',
      { ...cloudInfo, SiteUrl: 'api-eu.myconnectwise.net' },
      cloud('https://api-eu.myconnectwise.net/v2026_1/apis/3.0'),
    ],
    [
      'a host of the UI',
      { ...cloudInfo, SiteUrl: 'eu.myconnectwise.net' },
      cloud('https://api-eu.myconnectwise.net/v2026_1/apis/3.0'),
    ],
    ['no host', { ...cloudInfo, SiteUrl: null }, cloud('https://api-na.myconnectwise.net/v2026_1/apis/3.0')],
    [
      'no flag',
      { Codebase: 'v4_6_release/' },
      onPremises('https://api-na.myconnectwise.net/v4_6_release/apis/3.0'),
    ],
  ])('reads %s', async (_, info, expected) => {
    expect(await discover(sentBack(200, info))).toEqual(expected);
  });

  test('keeps to the host it was given on-premises, whatever the server says', async () => {
    const info = { Codebase: 'v4_6_release/', IsCloud: false, SiteUrl: 'evil.com' };
    expect(await discover(sentBack(200, info), 'cw.example.com')).toEqual(
      onPremises('https://cw.example.com/v4_6_release/apis/3.0'),
    );
  });

  test('falls back to the old codebase where the call is not known', async () => {
    expect(await discover(sentBack(404, noEndpoint), 'cw.example.com')).toEqual(
      onPremises('https://cw.example.com/v4_6_release/apis/3.0'),
    );
  });

  test('keeps plain http where a whole origin is allowed', async () => {
    const info = { ...cloudInfo, SiteUrl: '127.0.0.1:3000' };
    const origin = 'http://127.0.0.1:3000';
    expect(await discover(sentBack(200, info), origin, [origin])).toEqual(
      cloud(`${origin}/v2026_1/apis/3.0`),
    );
  });

  test.each([
    'evil.com',
    'https://evilmyconnectwise.net',
    'http://api-na.myconnectwise.net',
    'a b',
    'x@na.myconnectwise.net',
  ])('does not follow the server to %j', async (SiteUrl) => {
    const found = await discover(sentBack(200, { ...cloudInfo, SiteUrl }));
    expect(found).toMatchObject({ found: false, failure: { reason: 'invalid_connection' } });
    expect(JSON.stringify(found)).toContain(
      "Connection 'acme': the server names another one, and its siteUrl",
    );
  });

  test.each(['../', '..', 'v2026_1/../..', 'v2026_1/apis', '', 'a?b', 'a#', '.'])(
    'does not follow the server into the codebase %j',
    async (Codebase) => {
      expect(await discover(sentBack(200, { ...cloudInfo, Codebase }))).toMatchObject({
        failure: { reason: 'site_not_found' },
      });
    },
  );

  test('says that a company is unknown', async () => {
    const { failure } = { failure: undefined, ...(await discover(sentBack(200, 'null'))) };
    expect(failure).toMatchObject({ reason: 'unknown_company' });
    expect(failure?.message).toContain(
      "https://api-na.myconnectwise.net knows no company 'acme'. Check the part",
    );
  });

  test.each([
    [
      'a web page',
      sentBack(200, '<html></html>'),
      'Its answer is not the company information of ConnectWise.',
    ],
    [
      'another JSON',
      sentBack(200, { hello: 1 }),
      'Its answer is not the company information of ConnectWise.',
    ],
    ['a redirect', sentBack(302), 'ConnectWise answered with status 302 and no body.'],
    ['a cloud that knows no discovery', sentBack(404), 'status 404 and no body.'],
    ['a refusal', sentBack(403, { message: 'SSL is required.' }), 'status 403: SSL is required.'],
  ])('says that %s is not an answer', async (_, sent, why) => {
    const { failure } = { failure: undefined, ...(await discover(sent)) };
    expect(failure).toMatchObject({ reason: 'site_not_found' });
    expect(failure?.message).toContain(`did not say where its API is. `);
    expect(failure?.message).toContain(why);
  });

  test.each<Sent>([
    sentBack(429, tooMany),
    sentBack(503),
    { kind: 'timed_out', afterMs: 5 },
    { kind: 'refused', code: 'ENOTFOUND' },
    { kind: 'incomplete', code: 'ECONNRESET' },
  ])('hands on what passes: %j', async (sent) => {
    expect(await discover(sent)).toEqual({ found: false, sent });
  });

  test('is not begun for a host that is not allowed', async () => {
    const { state, sites } = observed(sentBack(200, cloudInfo));
    const found = await sites.find({ ...connection, siteUrl: 'https://evil.com' }, 5_000);
    expect(found).toMatchObject({ failure: { reason: 'invalid_connection' } });
    expect(state.asked).toEqual([]);
  });
});

describe('sites', () => {
  test('are remembered while they are young', async () => {
    const { state, sites } = observed(sentBack(200, cloudInfo));
    await sites.find(connection, 5_000);
    state.nowMs = 999;
    await sites.find({ ...connection, name: 'same-site', password: 'other' }, 5_000);
    expect(state.asked).toHaveLength(1);
    state.nowMs = 1_000;
    await sites.find(connection, 5_000);
    expect(state.asked).toHaveLength(2);
  });

  test('are asked for once by callers at the same moment', async () => {
    const { state, sites } = observed(sentBack(200, cloudInfo));
    const found = await Promise.all([1, 2, 3].map(() => sites.find(connection, 5_000)));
    expect(found.every((it) => it.found)).toBe(true);
    expect(state.asked).toHaveLength(1);
  });

  test('are kept apart by host and company', async () => {
    const { state, sites } = observed(sentBack(200, cloudInfo));
    await sites.find(connection, 5_000);
    await sites.find({ ...connection, company: 'other' }, 5_000);
    await sites.find({ ...connection, siteUrl: 'eu.myconnectwise.net' }, 5_000);
    expect(state.asked).toHaveLength(3);
  });

  test('that were not found are asked for again', async () => {
    const { state, sites } = observed(sentBack(503));
    await sites.find(connection, 5_000);
    state.sent = sentBack(200, cloudInfo);
    expect(await sites.find(connection, 5_000)).toMatchObject({ found: true });
  });

  test('are renewed before they are old, and stay renewed', async () => {
    const { state, sites } = observed(sentBack(200, cloudInfo));
    await sites.find(connection, 5_000);
    state.sent = sentBack(200, { ...cloudInfo, Codebase: 'v2026_2/' });
    const rolled = cloud('https://api-na.myconnectwise.net/v2026_2/apis/3.0');
    expect(await sites.renew(connection, 5_000)).toEqual(rolled);
    expect(await sites.find(connection, 5_000)).toEqual(rolled);
    expect(state.asked).toHaveLength(2);
  });

  test('outlive a renewal that failed', async () => {
    const { state, sites } = observed(sentBack(200, cloudInfo));
    const before = await sites.find(connection, 5_000);
    state.sent = sentBack(503);
    await sites.renew(connection, 5_000);
    expect(await sites.find(connection, 5_000)).toEqual(before);
  });
});
