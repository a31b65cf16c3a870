import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWork, type Work } from './work.ts';

describe('http front', () => {
  let work: Work;
  let url: string;

  beforeAll(async () => {
    work = await startWork({
      handler: 'answering',
      timeoutSeconds: 2,
      routes: ['GET /answers/{how}', 'POST /events', 'GET /events'],
    });
    url = work.stack.apiUrl;
    await fetch(`${url}/events`);
  });
  afterAll(() => work.stack.close());

  const event = async (path: string, init: RequestInit = {}): Promise<unknown> =>
    (await fetch(url + path, init)).json();
  const answer = (how: string) => fetch(`${url}/answers/${how}`);
  const message = async (response: Response) => [response.status, await response.json()];

  test('a request is the event of payload format 2.0', async () => {
    const headers = { 'X-Own': 'A', cookie: 'a=1; b=2', 'content-type': 'application/json' };
    expect(await event('/events?x=1&x=2&y=%20', { method: 'POST', body: '{"ä":1}', headers })).toMatchObject({
      version: '2.0',
      routeKey: 'POST /events',
      rawPath: '/events',
      rawQueryString: 'x=1&x=2&y=%20',
      queryStringParameters: { x: '1,2', y: ' ' },
      headers: { 'x-own': 'A', 'content-type': 'application/json' },
      cookies: ['a=1', 'b=2'],
      body: '{"ä":1}',
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'POST', path: '/events', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        routeKey: 'POST /events',
        stage: '$default',
        requestId: expect.any(String),
      },
    });
  });

  test('what a request has not, its event has not', async () => {
    const members = Object.keys((await event('/events')) ?? {});
    for (const name of ['queryStringParameters', 'pathParameters', 'cookies', 'body'])
      expect(members).not.toContain(name);
  });

  test.each([
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
    ['application/problem+json', false],
    ['text/csv', false],
  ])('a body of %s is in base64: %s', async (type, isBase64Encoded) => {
    const body = isBase64Encoded ? Buffer.from('abc').toString('base64') : 'abc';
    const sent = { method: 'POST', body: Buffer.from('abc'), headers: { 'content-type': type } };
    expect(await event('/events', sent)).toMatchObject({ body, isBase64Encoded });
  });

  test('path parameters are decoded', async () => {
    expect(await event('/answers/a%2Fb%20c')).toMatchObject({ pathParameters: { how: 'a/b c' } });
  });

  test('a structured answer says everything itself', async () => {
    const response = await answer('structured');
    expect([response.status, await response.text()]).toEqual([201, 'made']);
    expect(response.headers.get('x-own')).toBe('a');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  });

  test('a binary answer comes byte for byte', async () => {
    const response = await answer('binary');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.from([0, 255, 16]));
    expect(response.headers.get('content-type')).toBe('image/png');
  });

  test('a plain value is the body of a 200', async () => {
    const response = await answer('plain');
    expect([response.status, await response.text()]).toEqual([200, 'just text']);
  });

  test.each(['malformed', 'bad-body', 'bad-header', 'throw', 'large'])(
    'an answer that is %s is a 500 that tells nothing',
    async (how) => {
      expect(await message(await answer(how))).toEqual([500, { message: 'Internal Server Error' }]);
    },
  );

  test('a function that is too slow is a 503', async () => {
    const startedAtMs = performance.now();
    expect(await message(await answer('slow'))).toEqual([503, { message: 'Service Unavailable' }]);
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  test('a path without a route is a 404', async () => {
    expect(await message(await fetch(`${url}/nowhere`))).toEqual([404, { message: 'Not Found' }]);
    expect((await fetch(`${url}/events`, { method: 'DELETE' })).status).toBe(404);
  });

  test.each([
    ['over the limit of HTTP APIs', 10_485_761, 'text/plain'],
    ['over the limit of Lambda', 6_291_556, 'text/plain'],
    ['over the limit of Lambda in base64', 4_800_000, 'application/pdf'],
  ])('a body %s is a 413', async (_, size, type) => {
    const sent = { method: 'POST', body: Buffer.alloc(size, 'x'), headers: { 'content-type': type } };
    expect((await fetch(`${url}/events`, sent)).status).toBe(413);
  });

  /** What fetch does not let through: headers that come twice, another host, what a browser says of a page. */
  const statusAndText = (headers: readonly string[]) =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      const sent = request(`${url}/events`, { headers }, async (response) => {
        resolve([response.statusCode, (await response.setEncoding('utf8').toArray()).join('')]);
      });
      sent.on('error', reject).end();
    });
  const host = () => ['host', new URL(url).host];

  test('a header that came twice is joined', async () => {
    const [, text] = await statusAndText([...host(), 'X-Two', 'a', 'X-Two', 'b']);
    expect(JSON.parse(text)).toMatchObject({ headers: { 'x-two': 'a,b' } });
  });

  test.each([
    ['by a name that leads here', () => ['host', 'evil.example:80']],
    ['by a form of another site', () => [...host(), 'sec-fetch-site', 'cross-site']],
  ])('a page of the web is refused %s', async (_, headers) => {
    expect(await statusAndText(headers())).toEqual([403, 'Only this machine is answered.\n']);
  });
});
