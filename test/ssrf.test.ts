import tls from 'node:tls';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Connection } from '../lib/connection.ts';
import { fillPath } from '../lib/path.ts';
import { createSites, originOf } from '../lib/site.ts';
import { sentBack } from './answers.ts';
import { acme, listen, manage, send, serve, siteOn, write } from './clients/manage-exchange.ts';
import { selfSigned } from './clients/self-signed.ts';

/** Told by rules of its own: a name of ConnectWise's cloud, or what the deployment lists, letter by letter. */
const allowed = ['cw.example.com', '*.corp.example:8443'];
function isAllowed(origin: string): boolean {
  const { protocol, host, username, password, pathname } = new URL(origin);
  const isBare = protocol === 'https:' && username === '' && password === '' && pathname === '/';
  return (
    isBare &&
    /^(?:.+\.(?:myconnectwise\.net|connectwisedev\.com|corp\.example:8443)|cw\.example\.com)$/.test(host)
  );
}

/** Pieces of which addresses that mislead are made. */
const piece = fc.constantFrom(
  ...[
    'https://',
    'http://',
    'file://',
    'gopher://',
    'HTTPS:',
    '//',
    '/',
    '\\',
    '@',
    ':',
    '#',
    '?',
    '%',
    '.',
    '..',
    '[',
    ']',
    ' ',
    '\t',
  ],
  ...[
    'na.myconnectwise.net',
    '.myconnectwise.net',
    'myconnectwise.net',
    'cw.example.com',
    'a.corp.example:8443',
    'corp.example',
  ],
  ...[
    'evil.com',
    'localhost',
    '127.0.0.1',
    '169.254.169.254',
    '0x7f.1',
    '[::1]',
    '[::ffff:a9fe:a9fe]',
    '2130706433',
  ],
  ...[
    'user',
    'user:pass',
    '443',
    '8443',
    '%2e',
    '%00',
    '%40',
    '。',
    '．',
    'ⓝⓔⓣ',
    'с',
    'ı',
    '\u00ad',
    '\u200d',
    'xn--',
    '*',
  ],
);
const address = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

describe('a siteUrl', () => {
  test('whatever it is, leads to an allowed host by https or to none', () => {
    let taken = 0;
    fc.assert(
      fc.property(address, (siteUrl) => {
        const found = originOf(siteUrl, allowed);
        if ('problem' in found) return;
        taken += 1;
        expect(isAllowed(found.origin)).toBe(true);
        expect(new URL(found.origin).origin).toBe(found.origin);
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  /** The ways in which a URL may spell an address of four bytes. */
  const spellings = (bytes: readonly number[]): readonly string[] => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    const whole = ((a * 256 + b) * 256 + c) * 256 + d;
    const hex = whole.toString(16).padStart(8, '0');
    return [
      bytes.join('.'),
      `${bytes.join('.')}.`,
      bytes.map((it) => `0x${it.toString(16)}`).join('.'),
      bytes.map((it) => `0${it.toString(8)}`).join('.'),
      String(whole),
      `0x${hex}`,
      `${a}.${whole % 2 ** 24}`,
      `[::ffff:${bytes.join('.')}]`,
      `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`,
      `[64:ff9b::${hex.slice(0, 4)}:${hex.slice(4)}]`,
      `[::${bytes.join('.')}]`,
      bytes
        .map((it) => String.fromCodePoint(...[...String(it)].map((digit) => 0xff10 + Number(digit))))
        .join('。'),
    ];
  };

  test.each([
    ['this machine', [127, 0, 0, 1]],
    ['any address of this machine', [0, 0, 0, 0]],
    ['the credentials of a machine in the cloud', [169, 254, 169, 254]],
    ['the credentials of a container', [169, 254, 170, 2]],
    ['a private network', [10, 0, 0, 1]],
    ['another', [172, 16, 0, 1]],
    ['a third', [192, 168, 1, 1]],
    ['a carrier’s network', [100, 64, 0, 1]],
    ['the Internet', [93, 184, 215, 14]],
  ])('may not spell the address of %s', (_, bytes) => {
    for (const spelling of spellings(bytes))
      expect(originOf(`https://${spelling}/`, allowed)).toHaveProperty('problem');
  });

  test('may not be an address at all, but for one that the deployment lists', () => {
    const byte = fc.nat(255);
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        for (const spelling of spellings(bytes))
          expect(originOf(spelling, allowed)).toHaveProperty('problem');
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        expect(originOf(`[${ip}]`, allowed)).toHaveProperty('problem');
      }),
    );
    expect(originOf('10.0.0.7', ['10.0.0.7'])).toEqual({ origin: 'https://10.0.0.7' });
    expect(originOf('10.0.0.8', ['10.0.0.7'])).toHaveProperty('problem');
  });

  test.each([
    'localhost',
    'localhost.',
    'ip6-localhost',
    'metadata.google.internal',
    '127.0.0.1.nip.io',
    'cw.example.com.',
    'cw',
    'xcw.example.com',
    'cw.example.com.evil.com',
    'corp.example:8443',
    'a.corp.example',
  ])('may not be the name %s', (name) => {
    expect(originOf(name, allowed)).toHaveProperty('problem');
  });
});

describe('what a server says of where its API is', () => {
  const discover = (Codebase: string, SiteUrl: string, siteUrl = 'na.myconnectwise.net') => {
    const companyInfo = async () => sentBack(200, { Codebase, SiteUrl, IsCloud: true });
    const connection: Connection = { ...acme, siteUrl };
    return createSites({ companyInfo, allowedHosts: allowed, now: () => 0, maxAgeMs: 0 }).find(
      connection,
      1_000,
    );
  };

  test('leads to an allowed host by https or to none, and stays below its codebase', async () => {
    const codebase = fc.oneof(
      fc.constantFrom(
        'v2026_1/',
        '../',
        'v/../..',
        '//evil.com/',
        '@evil.com/',
        'v\\..',
        'v?',
        'v#',
        'v..',
        'v%2e',
      ),
      fc.string({ maxLength: 12 }),
    );
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(codebase, address, async (name, siteUrl) => {
        const found = await discover(name, siteUrl);
        if (!found.found) return;
        taken += 1;
        const url = new URL(`${found.site.baseUrl}/service/tickets`);
        expect(isAllowed(url.origin)).toBe(true);
        expect(url.pathname).toBe(`/${name.replace(/\/$/, '')}/apis/3.0/service/tickets`);
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(10);
  });

  test('is a failure that names the host where that is not allowed', async () => {
    expect(await discover('v2026_1/', '169.254.169.254')).toMatchObject({
      found: false,
      failure: { reason: 'invalid_connection', message: expect.stringContaining('169.254.169.254') },
    });
  });
});

test('no value of an input takes a request to another host or out of its codebase', () => {
  const { baseUrl } = siteOn('api-na.myconnectwise.net', 'https');
  fc.assert(
    fc.property(fc.oneof(address, fc.string({ unit: 'binary' })), (value) => {
      const filled = fillPath('/system/members/{memberIdentifier}', new Map([['memberIdentifier', value]]));
      if ('offender' in filled) return;
      const url = new URL(`${baseUrl}${filled.path}`);
      expect(url.host).toBe('api-na.myconnectwise.net');
      expect(url.pathname).toMatch(/^\/v2026_1\/apis\/3\.0\/system\/members\/[^/]+$/);
      expect([url.search, url.hash, url.username]).toEqual(['', '', '']);
    }),
    { numRuns: 5_000 },
  );
});

describe('a redirect of the discovery', () => {
  test.each([301, 302, 303, 307, 308])('by %d is not followed', async (status) => {
    const followed: unknown[] = [];
    const other = await serve((request, response) => {
      followed.push(request.url);
      response.end('[]');
    });
    const site = await serve((_, response) => response.writeHead(status, { location: other.baseUrl }).end());
    const { origin } = new URL(site.baseUrl);
    expect(await manage.companyInfo(origin, 'acme', 5_000)).toMatchObject({ response: { status } });
    expect(followed).toEqual([]);
  });

  test('finds no site', async () => {
    const companyInfo = async () => sentBack(302, '', { location: 'http://169.254.169.254/' });
    const sites = createSites({ companyInfo, allowedHosts: [], now: () => 0, maxAgeMs: 0 });
    const connection: Connection = { ...acme, siteUrl: 'na.myconnectwise.net' };
    expect(await sites.find(connection, 1_000)).toMatchObject({ failure: { reason: 'site_not_found' } });
  });
});

/** A TLS server, and what it was told once the handshake was over. */
async function serveTls(identity: { readonly key: string; readonly cert: string }) {
  const seen = { text: '' };
  const server = tls.createServer(identity, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      seen.text += chunk;
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]');
    });
  });
  const [, port = ''] = (await listen(server)).split(':');
  return { port, seen };
}

describe('a name whose DNS answer was changed to another machine', () => {
  test('gets nothing where that machine has a good certificate of another name', async () => {
    const identity = selfSigned();
    const before = tls.getCACertificates();
    tls.setDefaultCACertificates([...before, identity.cert]);
    onTestFinished(() => tls.setDefaultCACertificates(before));
    const { port, seen } = await serveTls(identity);
    const sent = await send(siteOn(`localhost:${port}`, 'https'), write);
    expect(sent).toEqual({ kind: 'refused', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(seen.text).toBe('');
  });

  test('gets nothing where nobody vouches for its certificate', async () => {
    const { port, seen } = await serveTls(selfSigned());
    expect(await send(siteOn(`localhost:${port}`, 'https'), write)).toMatchObject({ kind: 'refused' });
    expect(seen.text).toBe('');
  });
});
