import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler as api, apiHandler } from '../../functions/api.ts';
import type { LogEntry } from '../../functions/log.ts';
import { createMeter } from '../../functions/meter.ts';
import { handler as queue, queueHandler } from '../../functions/queue.ts';
import { createServices, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { type Attempt, createWatch, type LogSettings } from '../../functions/watch.ts';
import { parseDeployment } from '../../infra/deployment.ts';
import type { Outcome } from '../../lib/outcome.ts';
import { resolve, resourcesOf, synthesise } from '../infra/synthesised.ts';
import { apiEvent, contextOf, type Doors, openDoors } from './doors.ts';

type Level = 'info' | 'warn' | 'error';

let doors: Doors;
/** What was written since the test began. */
let lines: (LogEntry & { readonly level: Level })[] = [];
/** All members that a line had in any of the tests. */
const members = new Set<string>();

beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
beforeEach(() => {
  lines = [];
  doors.takeResults();
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((entry: LogEntry) => {
      lines.push({ level, ...entry });
      for (const [name, value] of Object.entries(entry)) if (value !== undefined) members.add(name);
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => doors.close());

const message = (fields: object) => JSON.stringify({ version: 1, connection: 'acme', ...fields });
const info = (id: string, connection = 'acme') => message({ id, connection, operationId: 'getSystemInfo' });
const lineOf = (id: string) => lines.find((line) => line['id'] === id);

describe('the line of an attempt', () => {
  test('ties the message, the call of Lambda, the request of ConnectWise and the trace together', async () => {
    const event = doors.receive(info('thread'));
    const [record] = event.Records;
    if (record) record.attributes.AWSTraceHeader = 'Root=1-abc-def;Parent=1;Sampled=1';
    await queue(event, contextOf());
    const [result] = doors.takeResults();
    expect(lines).toEqual([
      {
        level: 'info',
        event: 'result',
        door: 'queue',
        delivery: record?.messageId,
        attempt: 1,
        traceId: '1-abc-def',
        id: 'thread',
        connection: 'acme',
        operationId: 'getSystemInfo',
        responseCode: '200',
        requestId: result?.['requestId'],
        reason: undefined,
        retried: undefined,
        tookMs: expect.any(Number),
        calls: 1,
        limited: 0,
        connectWiseMs: expect.any(Number),
        turnMs: expect.any(Number),
        perMinute: expect.any(Number),
      },
    ]);
    expect(result?.['requestId']).toMatch(/\S/);
  });

  test("of a call by the API has Lambda's own trace and call", async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-123-456;Parent=0;Sampled=0;Lineage=1:a:0');
    await api(apiEvent('POST /invocations', { body: info('by-api') }), contextOf());
    expect(lines).toMatchObject([
      { door: 'api', delivery: 'request-of-lambda', traceId: '1-123-456', attempt: 1 },
    ]);
  });

  test('notes its own calls, and none of its neighbours in the batch', async () => {
    const many = message({ id: 'many', operationId: 'getServiceTickets', inputs: { pageSize: 1 }, pages: 7 });
    const unsent = message({ id: 'unsent', operationId: 'getNothing' });
    await queue(doors.receive(many, info('one'), unsent, info('two')), contextOf());
    expect(['one', 'two', 'unsent'].map((id) => lineOf(id)?.['calls'])).toEqual([1, 1, 0]);
    expect(lineOf('many')?.['calls']).toBeGreaterThanOrEqual(7);
    expect(lineOf('many')?.['requestId']).toMatch(/\S/);
  });

  test('counts attempts, and says how long the message rests', async () => {
    await doors.connect('limited');
    doors.simulator.failNext({ path: '/system/info', status: 429, headers: { 'retry-after': '90' } });
    await queue(doors.receive(info('patient', 'limited')), contextOf());
    expect(lines).toMatchObject([
      { level: 'info', event: 'wait', reason: 'rate_limited', limited: 1, attempt: 1 },
    ]);
    expect(lines[0]?.['waitMs']).toBeGreaterThanOrEqual(90_000);
    doors.passTime(200_000);
    await queue(doors.receive(), contextOf());
    expect(lineOf('patient')).toMatchObject({ attempt: 1 });
    expect(lines.filter(({ id }) => id === 'patient').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test('of a pull names its checkpoint, and how old it was', async () => {
    const pull = (id: string) =>
      message({ id, operationId: 'getServiceBoards', pages: 'all', incremental: { checkpoint: 'boards' } });
    await queue(doors.receive(pull('first')), contextOf());
    await queue(doors.receive(pull('second')), contextOf());
    expect(lineOf('first')).not.toHaveProperty('checkpoint');
    expect(lineOf('second')).toMatchObject({
      checkpoint: 'acme/boards',
      checkpointAgeSeconds: expect.any(Number),
    });
  });

  test('that failed is a warning, and one that crashed an error without its message', async () => {
    const outside = reachOut(readSettings());
    const send = async () => {
      throw new RangeError('quotes the body of a request');
    };
    const services = createServices(readSettings(), { ...outside, manage: { ...outside.manage, send } });
    await queueHandler(() => services)(doors.receive(info('crash')), contextOf());
    await queue(doors.receive(info('nobody', 'nobody')), contextOf());
    expect(lines).toMatchObject([
      { level: 'error', event: 'crashed', error: 'RangeError', id: 'crash', connection: 'acme', attempt: 1 },
      { level: 'warn', event: 'result', reason: 'unknown_connection', id: 'nobody' },
    ]);
    await apiHandler(() => services)(apiEvent('POST /invocations', { body: info('crash') }), contextOf());
    expect(lines[2]).toMatchObject({ level: 'error', event: 'crashed', route: 'POST /invocations' });
    expect(JSON.stringify(lines)).not.toContain('quotes the body');
  });

  test('holds nothing of what was asked and answered', async () => {
    const request = { summary: 'a summary of a customer', company: { id: 1 } };
    await queue(
      doors.receive(message({ id: 'quiet', operationId: 'postServiceTickets', request })),
      contextOf(),
    );
    expect(doors.takeResults()).toMatchObject([{ succeeded: true, response: { summary: request.summary } }]);
    const written = JSON.stringify(lines);
    for (const secret of [request.summary, ...Object.values(doors.simulator.credentials)])
      expect(written).not.toContain(secret);
  });

  test('of a message that is given up says why', async () => {
    const event = doors.receive(info('often'));
    const [record] = event.Records;
    if (record) record.attributes.ApproximateReceiveCount = '11';
    await queue(event, contextOf());
    expect(lines).toMatchObject([
      { level: 'error', event: 'given_up', delivery: record?.messageId, why: expect.any(String) },
    ]);
  });
});

describe('what is written', () => {
  const attempt: Attempt = { door: 'queue', delivery: 'm', attempt: 1 };
  const success = (id: string): Outcome => ({ kind: 'result', result: { version: 1, id, succeeded: true } });
  const failure = (id: string): Outcome => ({
    kind: 'result',
    result: { version: 1, id, succeeded: false, failure: { reason: 'timed_out', message: '', retried: 0 } },
  });
  const write = async (log: LogSettings, outcome: Outcome) => {
    const before = lines.length;
    const watch = createWatch({ meter: createMeter(undefined), log, now: () => 0 });
    await watch.attempt(attempt, async () => outcome);
    return lines.length - before;
  };

  test.each([
    ['info', 1, 1],
    ['warn', 0, 1],
    ['error', 0, 0],
  ] as const)(
    'at level %s is %d line of a success and %d of a failure',
    async (level, ofSuccess, ofFailure) => {
      const log = { level, sampling: 1 };
      expect([await write(log, success('a')), await write(log, failure('a'))]).toEqual([
        ofSuccess,
        ofFailure,
      ]);
    },
  );

  test('of failures is everything, whatever the sampling', async () => {
    expect(await write({ level: 'info', sampling: 0 }, failure('a'))).toBe(1);
    expect(await write({ level: 'info', sampling: 0 }, success('a'))).toBe(0);
  });

  test('of an invocation is every attempt or none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), async (id, sampling) => {
        const log = { level: 'info', sampling } as const;
        const waits: Outcome = { kind: 'wait', waitMs: 1, result: failure(id).result };
        expect(await write(log, waits)).toBe(await write(log, success(id)));
      }),
    );
  });

  test('is about the share that was asked for', async () => {
    let written = 0;
    for (let n = 0; n < 2_000; n++)
      written += await write({ level: 'info', sampling: 0.25 }, success(`id-${n}`));
    expect(written).toBeGreaterThan(400);
    expect(written).toBeLessThan(600);
  });
});

describe('failures in a row', () => {
  const counted = async (reasons: readonly (readonly [connection: string, reason: string])[]) => {
    const counts: string[] = [];
    const meter = { ...createMeter(undefined), count: (name: string) => counts.push(name) };
    const watch = createWatch({ meter, log: { level: 'error', sampling: 1 }, now: () => 0 });
    for (const [connection, reason] of reasons) {
      const failed = { succeeded: false, failure: { reason, message: '', retried: 0 } };
      const result = {
        version: 1,
        id: 'a',
        connection,
        ...(reason === '' ? { succeeded: true } : failed),
      } as const;
      await watch.attempt({ door: 'queue', delivery: 'm', attempt: 1 }, async () => ({
        kind: 'result',
        result,
      }));
    }
    return counts.filter((name) => name === 'FailuresInARow').length;
  };
  const times = (count: number, connection: string, reason: string) =>
    Array.from({ length: count }, () => [connection, reason] as const);

  test.each([
    ['four', times(4, 'acme', 'unreachable'), 0],
    ['seven, of which the fifth and those after it count', times(7, 'acme', 'unreachable'), 3],
    [
      'a success in between',
      [...times(4, 'acme', 'unreachable'), ['acme', ''], ...times(4, 'acme', 'timed_out')],
      0,
    ],
    [
      'a refusal, which is an answer, in between',
      [...times(4, 'acme', 'timed_out'), ['acme', 'not_found'], ...times(4, 'acme', 'timed_out')],
      0,
    ],
    [
      'two connections in turns',
      times(4, 'acme', 'timed_out').flatMap((it) => [it, ['globex', 'unauthorized'] as const]),
      0,
    ],
    ['another that is well', times(5, 'acme', 'timed_out').flatMap((it) => [it, ['globex', ''] as const]), 1],
    ['mistakes of the caller', times(9, 'acme', 'invalid_inputs'), 0],
  ] as const)('%s', async (_, reasons, count) => {
    expect(await counted(reasons)).toBe(count);
  });
});

describe('the settings of the log', () => {
  test.each([
    ['LOG_LEVEL', 'debug', "'LOG_LEVEL'"],
    ['LOG_SAMPLING', '1.5', "'LOG_SAMPLING' must be a number from 0 to 1"],
  ])('%s is not %s', (name, value, sentence) => {
    expect(() => readSettings({ ...process.env, [name]: value })).toThrow(sentence);
  });

  test.each([0, 0.001, 0.5, 1e-7, 1])('a share of %d arrives as it was configured', (share) => {
    const LOG_SAMPLING = String(parseDeployment({ logSampling: share }).logSampling);
    expect(readSettings({ ...process.env, LOG_SAMPLING }).log?.sampling).toBe(share);
  });
});

describe('queries', () => {
  const runbook = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
  const Properties = resourcesOf(synthesise(), 'AWS::CloudWatch::Dashboard')[0]?.[1].Properties ?? {};
  const dashboard = resolve(synthesise(), Properties['DashboardBody']);

  test.each([
    ['the runbook', runbook],
    ['the dashboard', dashboard],
  ])('of %s ask for members that lines have had above', (_, text) => {
    const asked = [...text.matchAll(/message\.(\w+)/g)].map(([, member = '']) => member);
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((member) => !members.has(member))).toEqual([]);
  });

  test.each(['crashed', 'given_up', 'wait', 'result'])(
    'ask for the event %s by the name that is written',
    (event) => {
      expect(runbook).toContain(`"${event}"`);
    },
  );
});
