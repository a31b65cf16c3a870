import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Circumstances, failureOf, judge } from '../lib/failure.ts';
import type { ManageRequest } from '../lib/request.ts';
import type { Sent } from '../lib/response.ts';
import { cannotRoute, noEndpoint, notFound, sentBack, tooMany, unauthorized } from './answers.ts';

const first: Circumstances = {
  writes: false,
  cloud: true,
  retried: 0,
  renewed: { secret: false, site: false },
  random: 0,
};

const refused: Sent = { kind: 'refused', code: 'ECONNREFUSED' };
const timedOut: Sent = { kind: 'timed_out', afterMs: 5_000 };
const cut: Sent = { kind: 'incomplete', code: 'ECONNRESET' };
const cutAfter = (status: number): Sent => ({ kind: 'incomplete', code: 'ECONNRESET', status });
const tooLarge = (status: number): Sent => ({ kind: 'too_large', status, limitBytes: 10 });
const html = '<html><title>Bad gateway</title></html>';

/** What happened, then the verdict for a read and for a write, each as "action reason renew". */
const table: readonly (readonly [string, Sent, string, string])[] = [
  ['200', sentBack(200, []), 'answer ok', 'answer ok'],
  ['201', sentBack(201, {}), 'answer ok', 'answer ok'],
  ['204', sentBack(204), 'answer ok', 'answer ok'],
  ['302', sentBack(302), 'answer redirected', 'answer redirected'],
  ['400', sentBack(400, { code: 'InvalidObject' }), 'answer bad_request', 'answer bad_request'],
  ['400 Cannot route', sentBack(400, cannotRoute), 'retry cannot_route site', 'retry cannot_route site'],
  ['401', sentBack(401, unauthorized), 'retry unauthorized secret', 'retry unauthorized secret'],
  ['403', sentBack(403, { code: 'Security' }), 'answer forbidden', 'answer forbidden'],
  ['404 NotFound', sentBack(404, notFound), 'answer not_found', 'answer not_found'],
  ['404 of the route', sentBack(404, noEndpoint), 'retry not_found site', 'retry not_found site'],
  ['404 of a web server', sentBack(404, html), 'retry not_found site', 'retry not_found site'],
  ['405', sentBack(405), 'answer method_not_allowed', 'answer method_not_allowed'],
  ['408', sentBack(408), 'retry timed_out', 'unknown timed_out'],
  ['409', sentBack(409), 'answer conflict', 'answer conflict'],
  ['413', sentBack(413), 'answer request_too_large', 'answer request_too_large'],
  ['414', sentBack(414), 'answer uri_too_long', 'answer uri_too_long'],
  ['415', sentBack(415), 'answer unsupported_media_type', 'answer unsupported_media_type'],
  ['418', sentBack(418), 'answer rejected', 'answer rejected'],
  ['429', sentBack(429, tooMany), 'wait rate_limited', 'wait rate_limited'],
  ['429 of a gateway', sentBack(429, html), 'wait rate_limited', 'wait rate_limited'],
  ['500', sentBack(500, { message: 'timeout' }), 'retry server_error', 'unknown server_error'],
  ['502', sentBack(502, html), 'retry server_error', 'unknown server_error'],
  ['503', sentBack(503), 'retry server_error', 'unknown server_error'],
  ['504', sentBack(504, html), 'retry timed_out', 'unknown timed_out'],
  ['refused before sending', refused, 'retry unreachable', 'retry unreachable'],
  ['no answer in time', timedOut, 'retry timed_out', 'unknown timed_out'],
  ['cut before the answer', cut, 'retry connection_cut', 'unknown connection_cut'],
  ['cut in a 200', cutAfter(200), 'retry connection_cut', 'answer connection_cut'],
  ['cut in a 400', cutAfter(400), 'retry connection_cut', 'answer connection_cut'],
  ['cut in a 500', cutAfter(500), 'retry connection_cut', 'unknown connection_cut'],
  ['too large a 200', tooLarge(200), 'answer response_too_large', 'answer response_too_large'],
  ['too large a 500', tooLarge(500), 'answer response_too_large', 'unknown response_too_large'],
];

function verdictOf(sent: Sent, changes: Partial<Circumstances>): string {
  const verdict = judge(sent, { ...first, ...changes });
  const renew = 'renew' in verdict && verdict.renew ? ` ${verdict.renew}` : '';
  return `${verdict.action} ${verdict.reason}${renew}`;
}

describe('the table', () => {
  test.each(table)('%s', (_, sent, read, write) => {
    expect(verdictOf(sent, { writes: false })).toBe(read);
    expect(verdictOf(sent, { writes: true })).toBe(write);
  });

  test.each([
    ['401', sentBack(401), { renewed: { secret: true, site: false } }, 'answer unauthorized'],
    [
      'a lost route',
      sentBack(404, noEndpoint),
      { renewed: { secret: false, site: true } },
      'answer not_found',
    ],
    ['a lost route on-premises', sentBack(404, noEndpoint), { cloud: false }, 'answer not_found'],
    ['"Cannot route" on-premises', sentBack(400, cannotRoute), { cloud: false }, 'answer cannot_route'],
    ['a third retry', sentBack(500), { retried: 2 }, 'retry server_error'],
    ['a fourth retry', sentBack(500), { retried: 3 }, 'answer server_error'],
    ['a fourth refusal', refused, { retried: 3 }, 'answer unreachable'],
    ['a fourth cut', cut, { retried: 3 }, 'answer connection_cut'],
  ])('%s, under the circumstances', (_, sent, changes, expected) => {
    expect(verdictOf(sent, changes)).toBe(expected);
  });
});

describe('waits', () => {
  const waitOf = (sent: Sent, changes: Partial<Circumstances> = {}) => {
    const verdict = judge(sent, { ...first, ...changes });
    return 'waitMs' in verdict ? verdict.waitMs : undefined;
  };

  test.each([
    [{}, 30_000],
    [{ 'retry-after': '5' }, 30_000],
    [{ 'retry-after': '90' }, 90_000],
    [{ 'retry-after': 'soon' }, 30_000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 10:02:00 GMT', date: 'Mon, 23 Nov 2026 10:00:00 GMT' }, 120_000],
  ])('a limit with %j asks for %i ms', (headers, waitMs) => {
    expect(waitOf(sentBack(429, tooMany, headers))).toBe(waitMs);
  });

  test('grow with each retry and spread by chance', () => {
    const waits = [0, 1, 2].map((retried) => [0, 1].map((random) => waitOf(refused, { retried, random })));
    expect(waits).toEqual([
      [250, 500],
      [500, 1_000],
      [1_000, 2_000],
    ]);
  });
});

const anySent: fc.Arbitrary<Sent> = fc.oneof(
  fc.constantFrom(refused, timedOut, cut),
  fc.integer({ min: 200, max: 599 }).chain((status) =>
    fc.oneof(
      fc.constantFrom(cutAfter(status), tooLarge(status)),
      fc
        .tuple(fc.constantFrom('', html, cannotRoute, notFound, noEndpoint), fc.string())
        .map(([body, after]) => sentBack(status, body, { 'retry-after': encodeURIComponent(after) })),
    ),
  ),
);

const anyCircumstances: fc.Arbitrary<Circumstances> = fc.record({
  writes: fc.boolean(),
  cloud: fc.boolean(),
  retried: fc.nat(9),
  renewed: fc.record({ secret: fc.boolean(), site: fc.boolean() }),
  random: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('a write is sent again only when it surely was not executed', () => {
  fc.assert(
    fc.property(anySent, anyCircumstances, (sent, circumstances) => {
      const verdict = judge(sent, { ...circumstances, writes: true });
      if (verdict.action !== 'retry') return;
      const status = sent.kind === 'response' ? sent.response.status : undefined;
      const isRenewal =
        (verdict.renew === 'secret' && status === 401 && !circumstances.renewed.secret) ||
        (verdict.renew === 'site' && (status === 404 || status === 400) && !circumstances.renewed.site);
      expect(sent.kind === 'refused' || isRenewal).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test('every wait is half a minute or longer, and no retry goes on for ever', () => {
  fc.assert(
    fc.property(anySent, anyCircumstances, (sent, circumstances) => {
      const verdict = judge(sent, circumstances);
      if (verdict.action === 'wait') expect(verdict.waitMs).toBeGreaterThanOrEqual(30_000);
      if (verdict.action === 'retry' && !verdict.renew) expect(circumstances.retried).toBeLessThan(3);
      if (verdict.action === 'unknown') expect(circumstances.writes).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

describe('failureOf', () => {
  const request: ManageRequest = {
    method: 'POST',
    path: '/service/tickets',
    query: '',
    body: { kind: 'none' },
    version: '2022.1',
    wantsBytes: false,
    writes: true,
  };
  const of = (sent: Sent, writes = true) =>
    failureOf(sent, judge(sent, { ...first, writes, retried: 9 }), request);

  test.each([
    [
      refused,
      'unreachable',
      /^No connection .* POST \/service\/tickets \(ECONNREFUSED\), so nothing was sent\. Check/,
    ],
    [sentBack(400, { message: 'no' }), 'bad_request', /^ConnectWise answered with status 400: no$/],
    [cutAfter(201), 'connection_cut', /status 201, but the connection was cut before its body was complete/],
    [
      tooLarge(200),
      'response_too_large',
      /status 200 and more than the 10 bytes .* Ask for fewer records or fields\.$/,
    ],
  ] as const)('of %j is a sentence', (sent, reason, message) => {
    expect(of(sent)).toEqual({ reason, message: expect.stringMatching(message) });
  });

  test.each([timedOut, cut, sentBack(500), cutAfter(500), tooLarge(502)])(
    'of a write after %j says that its outcome is unknown',
    (sent) => {
      const { reason, message } = of(sent);
      expect(reason).toBe('outcome_unknown');
      expect(message).toContain(
        'may or may not have taken effect and was not sent again. Look in ConnectWise',
      );
      expect(of(sent, false).reason).not.toBe('outcome_unknown');
    },
  );
});
