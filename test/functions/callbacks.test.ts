import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCallbackServices } from '../../functions/callback-services.ts';
import { callbackHandler, handler } from '../../functions/callbacks.ts';
import { readCallbackSettings } from '../../functions/settings.ts';
import { eventSchema } from '../../lib/callback/event.ts';
import { callbackEvent, companyMessage, signatureOf } from '../callback/signed.ts';
import { openReceiver } from '../simulator/receiver.ts';
import { type CallbackStage, openCallbackStage, pull } from './callback-stage.ts';
import { contextOf, type Doors } from './doors.ts';

let doors: Doors;
let address: CallbackStage['address'];
let keyUrl: string;
let key: string;
let post: CallbackStage['post'];
beforeAll(async () => {
  ({ doors, address, keyUrl, key, post } = await openCallbackStage());
});
afterAll(() => doors.close());
afterEach(() => {
  vi.restoreAllMocks();
  doors.takeResults();
});

/** The handler as it is deployed, but for its clock. */
function handlerAt(now: () => number) {
  const services = createCallbackServices(readCallbackSettings(), now);
  return callbackHandler(() => services);
}

let count = 0;
/** A message that never came before. */
const fresh = (fields: object = {}) => companyMessage(keyUrl, { MessageId: `message-${++count}`, ...fields });

const statusOf = (answer: { statusCode?: number | undefined; body?: string | undefined }) => [
  answer.statusCode,
  Object(JSON.parse(answer.body ?? 'null')).status,
];

describe('a callback that ConnectWise signed', () => {
  test('goes to the result queue as an event', async () => {
    const answer = await post(fresh({ ID: 42 }));
    expect(statusOf(answer)).toEqual([202, 'queued']);
    const events = doors.takeResults();
    expect(events).toMatchObject([
      {
        version: 1,
        kind: 'event',
        id: `message-${count}`,
        connection: 'acme',
        callback: 'companies',
        type: 'company',
        action: 'updated',
        recordId: 42,
        memberId: 'zadmin',
        entity: { id: 1, name: 'Übersee AG' },
      },
    ]);
    expect(eventSchema.safeParse(events[0]).success).toBe(true);
  });

  test('is verified over the bytes that API Gateway wraps in base64', async () => {
    const body = fresh();
    const event = callbackEvent(address, body, signatureOf(key, body), true);
    expect(statusOf(await handler(event, contextOf()))).toEqual([202, 'queued']);
    expect(doors.takeResults()).toMatchObject([{ entity: { name: 'Übersee AG' } }]);
  });

  test('about a deletion has no entity', async () => {
    await post(fresh({ Action: 'deleted', Entity: null }));
    const [event] = doors.takeResults();
    expect(event).toMatchObject({ action: 'deleted', recordId: 1 });
    expect(event).not.toHaveProperty('entity');
  });

  test.each([
    ['larger than a message once it is printed', `[${Array.from({ length: 60_000 }, () => '1e20').join()}]`],
    ['no JSON', '{'],
    ['nested beyond measure', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ])('comes without its record where that is %s', async (_, Entity) => {
    expect(statusOf(await post(fresh({ Entity })))).toEqual([202, 'queued']);
    const [event] = doors.takeResults();
    expect(event).toMatchObject({ recordId: 1, entityLeftOut: true });
    expect(event).not.toHaveProperty('entity');
    expect(eventSchema.safeParse(event).success).toBe(true);
  });

  test('is told apart from all others by the log, which holds nothing of the record', async () => {
    const info = vi.spyOn(console, 'info').mockImplementation(() => {});
    await post(fresh());
    expect(info.mock.calls).toMatchObject([[{ event: 'callback', outcome: 'queued', recordId: 1 }]]);
    expect(JSON.stringify(info.mock.calls)).not.toMatch(/bersee/);
    expect(JSON.stringify(info.mock.calls)).not.toContain(address.token);
  });
});

const otherThan = (token: string) => `${token.startsWith('_') ? '-' : '_'}${token.slice(1)}`;

describe('a forged callback is refused, and nothing is done', () => {
  const forgeries: readonly [string, () => Promise<Awaited<ReturnType<typeof post>>>, number][] = [
    ['by another key', () => post(fresh(), signatureOf('another', 'x')), 401],
    ['by the key of another body', () => post(fresh(), signatureOf(key, fresh())), 401],
    ['without a signature', () => handler(callbackEvent(address, fresh(), undefined), contextOf()), 401],
    ['with a signature that is none', () => post(fresh(), 'x'), 401],
    [
      'with its body printed anew',
      () => {
        const body = fresh();
        return post(JSON.stringify(JSON.parse(body), null, 1), signatureOf(key, body));
      },
      401,
    ],
    // Another first character, whichever this stage's random token begins with.
    ['with another token', () => post(fresh(), undefined, { token: otherThan(address.token) }), 401],
    ['without a token', () => post(fresh(), undefined, { token: '' }), 401],
    ['for a connection without callbacks', () => post(fresh(), undefined, { connection: 'globex' }), 401],
    ['for a connection that is none', () => post(fresh(), undefined, { connection: '../acme' }), 401],
    ['for a name that is not declared', () => post(fresh(), undefined, { name: 'tickets' }), 410],
    ['for a name of every object', () => post(fresh(), undefined, { name: 'constructor' }), 410],
    ['for what tells of another type', () => post(fresh(), undefined, { name: 'contacts' }), 401],
    ['that is no JSON', () => post('{'), 400],
    ['that is nested beyond measure', () => post('['.repeat(50_000)), 400],
    ['that is no callback', () => post('{}'), 400],
    ['that is huge', () => post(' '.repeat(1_000_001)), 413],
  ];

  test.each(forgeries)('%s', async (_, send, status) => {
    vi.spyOn(console, 'info').mockImplementation(() => {});
    expect((await send()).statusCode).toBe(status);
    expect(doors.takeResults()).toEqual([]);
    expect(doors.gateway.queues.find('invocations')?.count().delayed).toBe(0);
  });

  test('with a key of the forger’s own host, which is not even asked for it', async () => {
    vi.spyOn(console, 'info').mockImplementation(() => {});
    const host = await openReceiver();
    const evil = new URL(host.url).host;
    const own = new URL(keyUrl);
    const urls = [
      keyUrl.replace(own.host, evil),
      keyUrl.replace('//127', `//${own.host}@127`).replace(own.host, evil),
      keyUrl.replace(own.host, `${own.host}.${evil}`),
      keyUrl.replace('http:', 'https:').replace(own.host, evil),
      `//${evil}${own.pathname}${own.search}`,
    ];
    for (const url of urls) {
      const body = companyMessage(url);
      expect((await post(body, signatureOf('forged', body))).statusCode).toBe(401);
    }
    expect([host.received, doors.takeResults()]).toEqual([[], []]);
    host.close();
  });
});

describe('a replayed callback', () => {
  test('is answered and dropped', async () => {
    const body = fresh();
    expect(statusOf(await post(body))).toEqual([202, 'queued']);
    expect(statusOf(await post(body))).toEqual([202, 'seen']);
    expect(doors.takeResults()).toHaveLength(1);
  });

  test('is one event when it comes many times at once', async () => {
    const body = fresh();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(body)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([202, 429]));
    expect(doors.takeResults()).toHaveLength(1);
  });

  test('is dropped too when it is older than what is remembered', async () => {
    const lastUpdated = new Date(Date.now() - 13.5 * 86_400_000).toISOString();
    const Entity = JSON.stringify({ id: 1, _info: { lastUpdated } });
    expect(statusOf(await post(fresh({ Entity })))).toEqual([202, 'stale']);
    expect(doors.takeResults()).toEqual([]);
  });
});

describe('a callback that cannot be taken just now', () => {
  const services = () => createCallbackServices(readCallbackSettings());
  const failing = (over: object) => callbackHandler(() => ({ ...services(), ...over }));
  const away = { send: async () => Promise.reject(new Error('queue away')) };

  test.each([
    ['the result queue is away', { results: away }],
    [
      'the key cannot be asked for',
      { keys: { find: async () => ({ found: false, passing: true, why: 'away' }) } },
    ],
    ['something breaks', { registries: { read: () => Promise.reject(new Error('broken')) } }],
  ])('is asked for again, and then taken: %s', async (_, over) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const body = fresh();
    const event = callbackEvent(address, body, signatureOf(key, body));
    const answer = await failing(over)(event, contextOf());
    expect([answer.statusCode, answer.headers?.['retry-after']]).toEqual([429, '2']);
    expect(doors.takeResults()).toEqual([]);
    expect(statusOf(await post(body))).toEqual([202, 'queued']);
    expect(doors.takeResults()).toHaveLength(1);
  });
});

describe('callbacks that start a pull', () => {
  test('start one, however many come, and the next only after it has begun', async () => {
    let nowMs = Date.now();
    const take = handlerAt(() => nowMs);
    const event = (body: string) =>
      callbackEvent({ ...address, name: 'pulling' }, body, signatureOf(key, body));
    const outcomes: unknown[] = [];
    for (let n = 0; n < 20; n++) outcomes.push(statusOf(await take(event(fresh()), contextOf()))[1]);
    expect(outcomes).toEqual(['started', ...Array.from({ length: 19 }, () => 'coalesced')]);
    const queue = doors.gateway.queues.find('invocations');
    expect(queue?.count()).toMatchObject({ visible: 0, delayed: 1 });
    nowMs += 31_000;
    expect(statusOf(await take(event(fresh()), contextOf()))[1]).toBe('started');
    doors.passTime(80_000);
    const bodies = doors.receive().Records.map(({ body }) => JSON.parse(body));
    expect(bodies).toMatchObject([pull, pull]);
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(2);
    expect(doors.takeResults()).toEqual([]);
  });
});
