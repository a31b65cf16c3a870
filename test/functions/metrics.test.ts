import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { handler as api, apiHandler } from '../../functions/api.ts';
import { handler as queue, queueHandler } from '../../functions/queue.ts';
import { createServices, type Outside, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { governorStateSchema, newState, noSums } from '../../lib/governor/state.ts';
import { checkpointSchema } from '../../lib/pull/checkpoint.ts';
import { StoreUnavailable } from '../../lib/versioned-store.ts';
import { alarmsOf } from '../infra/alarms.ts';
import { functionOf } from '../infra/role.ts';
import { schedules } from '../infra/schedules.ts';
import { resolve, resourcesOf, synthesise } from '../infra/synthesised.ts';
import { ungoverned } from '../memory-store.ts';
import { apiEvent, contextOf, type Doors, openDoors } from './doors.ts';

const template = synthesise({}, schedules);
const { Environment } = functionOf(template, 'functions/queue.ts')[1].Properties;
const { Variables } = z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(Environment);
/** What the deployed function is told of metrics. */
const told = Object.fromEntries(Object.entries(Variables).filter(([name]) => /^(?:LOG|METRICS)_/.test(name)));

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors({ rows: 130 });
  Object.assign(process.env, told);
  await doors.connect('acme');
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => doors.close());

/** A line in CloudWatch's embedded metric format. */
const lineSchema = z.looseObject({
  _aws: z.strictObject({
    Timestamp: z.number(),
    CloudWatchMetrics: z.tuple([
      z.strictObject({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.strictObject({ Name: z.string(), Unit: z.string() })),
      }),
    ]),
  }),
});

interface Emitted {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, number | readonly number[]>>;
  readonly text: string;
}

const valueSchema = z.union([z.number(), z.array(z.number()).check(z.maxLength(100))]);

/** What the functions put out while `act` runs, besides their log. */
async function emittedBy(act: () => Promise<unknown>): Promise<readonly Emitted[]> {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    await act();
  } finally {
    write.mockRestore();
  }
  return printed.map((text) => {
    const line = lineSchema.parse(JSON.parse(text));
    const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
    const [names = [], ...others] = Dimensions;
    expect(others).toEqual([]);
    return {
      namespace: Namespace,
      dimensions: Object.fromEntries(names.map((name) => [name, line[name]])),
      values: Object.fromEntries(Metrics.map(({ Name }) => [Name, valueSchema.parse(line[Name])])),
      text,
    };
  });
}

const message = (fields: object) => JSON.stringify({ version: 1, connection: 'acme', ...fields });
const info = (id: string, connection = 'acme') => message({ id, connection, operationId: 'getSystemInfo' });
const deliver = (...bodies: string[]) => queue(doors.receive(...bodies), contextOf());
const call = (body: string) => apiEvent('POST /invocations', { body });

/** A worker that waits for nothing, with something of its outside replaced. */
function workerWith(change: (outside: Outside) => Partial<Outside>) {
  const settings = readSettings();
  const outside = { ...reachOut(settings), sleep: async () => {}, governor: ungoverned };
  const services = createServices(settings, { ...outside, ...change(outside) });
  return { services, queue: queueHandler(() => services), api: apiHandler(() => services) };
}

const crashing = (outside: Outside): Partial<Outside> => ({
  manage: {
    ...outside.manage,
    send: async () => {
      throw new RangeError('a fault of ours, with a secret in it');
    },
  },
});

const away = (): Partial<Outside> => ({
  tableOf: () => ({
    read: async () => {
      throw new StoreUnavailable('The table is away.');
    },
    write: async () => {
      throw new StoreUnavailable('The table is away.');
    },
  }),
});

const write = message({
  id: 'w',
  operationId: 'postServiceTickets',
  request: { summary: 'a', company: { id: 1 } },
});

/** Each makes the functions emit some metrics, with what happens to a real event. */
const happenings: Readonly<Record<string, { act: () => Promise<unknown>; values: object }>> = {
  'a batch that is answered': {
    act: () =>
      deliver(
        info('a'),
        info('b'),
        message({ id: 'c', operationId: 'getServiceTicketsById', inputs: { id: 999_999 } }),
      ),
    values: {
      Invocations: 3,
      Refusals: 1,
      Calls: 3,
      CallLatency: [expect.any(Number), expect.any(Number), expect.any(Number)],
    },
  },
  'a call of the API': {
    act: () => api(call(info('by-api')), contextOf()),
    values: { Invocations: 1, Calls: 1, CallLatency: expect.any(Number) },
  },
  'a key that is refused': {
    act: async () => {
      await doors.connect('revoked', { password: 'a key that was revoked' });
      await deliver(info('r', 'revoked'));
    },
    values: { Invocations: 1, ConnectionFailures: 1, RefusedKeys: 1 },
  },
  'a connection that fails five times in a row': {
    act: async () => {
      await doors.connect('broken', { siteUrl: 'https://evil.example' });
      await deliver(...['1', '2', '3', '4', '5'].map((id) => info(`broken-${id}`, 'broken')));
    },
    values: { Invocations: 5, ConnectionFailures: 5, FailuresInARow: 1 },
  },
  'a ConnectWise that leads elsewhere': {
    act: async () => {
      doors.simulator.failNext({ path: '/system/info', status: 302 });
      await deliver(info('elsewhere'));
    },
    values: { Invocations: 1, ConnectWiseFailures: 1 },
  },
  'a write that nobody can tell of': {
    act: async () => {
      doors.simulator.failNext({ path: '/service/tickets', status: 502 });
      await deliver(write);
    },
    values: { Invocations: 1, UnknownOutcomes: 1 },
  },
  'a 429': {
    act: async () => {
      await doors.connect('limited');
      doors.simulator.failNext({ path: '/system/info', status: 429, headers: { 'retry-after': '90' } });
      await deliver(info('limited', 'limited'));
    },
    values: { Rests: 1, Calls: 1, LimitedCalls: 1, GovernorRate: expect.anything() },
  },
  'a governor at its floor': {
    act: async () => {
      await doors.connect('slow');
      const kind = { prefix: 'governor/', schema: governorStateSchema, keptSeconds: 1_000 };
      const state = newState(Date.now(), noSums);
      const limit = { ...state.limit, perMinute: 6, safePerMinute: 6, wallPerMinute: 7 };
      await reachOut(readSettings())
        .countersOf(kind)
        .update('slow', { add: {}, write: { value: { ...state, limit }, expected: undefined } });
      await deliver(info('slow', 'slow'));
    },
    values: { Invocations: 1, GovernorRate: 6, StuckGovernors: 1 },
  },
  'a crash': {
    act: async () => {
      const { queue } = workerWith(crashing);
      await queue(doors.receive(info('crash')), contextOf());
    },
    values: { Crashes: 1 },
  },
  'a crash behind the API': {
    act: () => workerWith(crashing).api(call(info('crash-by-api')), contextOf()),
    values: { Crashes: 1 },
  },
  'a table that is away': {
    act: () => workerWith(away).api(call(write), contextOf()),
    values: { Invocations: 1, OwnFailures: 1 },
  },
  'a response that could not be stored': {
    act: async () => {
      const put = async () => {
        throw new Error('no');
      };
      doors.simulator.failNext({ path: '/system/info', status: 200, body: { text: 'x'.repeat(2_000_000) } });
      const { queue } = workerWith(({ claims }) => ({ claims: { ...claims, put } }));
      await queue(doors.receive(info('large')), contextOf());
    },
    values: { Invocations: 1, OwnFailures: 1 },
  },
  'a pull by a checkpoint': {
    act: async () => {
      const kind = { prefix: 'checkpoints/', schema: checkpointSchema, keptSeconds: 1_000 };
      const movedAtMs = Date.now() - 7_200_000;
      await reachOut(readSettings()).tableOf(kind).write('acme/boards', { movedAtMs }, undefined);
      await deliver(
        message({
          id: 'p',
          operationId: 'getServiceBoards',
          pages: 'all',
          incremental: { checkpoint: 'boards' },
        }),
      );
    },
    values: { PulledPages: 1, PulledRows: expect.any(Number), CheckpointAge: expect.any(Number) },
  },
  'a pull of one page': {
    act: () =>
      deliver(message({ id: 'one', operationId: 'getServiceTickets', inputs: { pageSize: 5 }, pages: 1 })),
    values: { PulledPages: 1, PulledRows: 5, IncompletePulls: 1 },
  },
};

const all: Emitted[] = [];

describe('metrics', () => {
  test.each(Object.entries(happenings))('of %s', async (_, { act, values }) => {
    const emitted = await emittedBy(act);
    all.push(...emitted);
    expect(emitted).toHaveLength(1);
    expect(emitted[0]?.values).toMatchObject(values);
  });

  test('have the deployment as their one dimension, and hold no connection, body or key', () => {
    for (const { namespace, dimensions, text } of all) {
      expect([namespace, dimensions]).toEqual(['ManageConnector', { service: 'ManageConnector' }]);
      expect(text).not.toMatch(/acme|revoked|summary|secret/);
    }
  });

  const own = alarmsOf(template).flatMap(({ AlarmName, metrics }) =>
    metrics
      .filter(({ namespace }) => namespace === 'ManageConnector')
      .map((metric) => ({ AlarmName, ...metric })),
  );
  test.each(own)(
    '$AlarmName reads $name, which is one that was emitted',
    ({ name, namespace, dimensions }) => {
      const emitters = all.filter(({ values }) => Object.hasOwn(values, name));
      expect(emitters).not.toEqual([]);
      for (const it of emitters) expect([it.namespace, it.dimensions]).toEqual([namespace, dimensions]);
    },
  );

  test('of the dashboard are all emitted, and all that are emitted are on it', () => {
    const Properties = resourcesOf(template, 'AWS::CloudWatch::Dashboard')[0]?.[1].Properties ?? {};
    const body = resolve(template, Properties['DashboardBody']);
    const shown = [...body.matchAll(/"ManageConnector","(\w+)","service","ManageConnector"/g)].map(
      ([, name]) => name,
    );
    const emitted = new Set(all.flatMap(({ values }) => Object.keys(values)));
    const ofAlarmsAlone = ['FailuresInARow', 'RefusedKeys', 'StuckGovernors'];
    expect([...new Set([...shown, ...ofAlarmsAlone])].toSorted()).toEqual([...emitted].toSorted());
  });

  test('are not there where the deployment names no place for them', async () => {
    const { metrics: _, ...settings } = readSettings();
    const services = createServices(settings, reachOut(settings));
    expect(
      await emittedBy(() => queueHandler(() => services)(doors.receive(info('silent')), contextOf())),
    ).toEqual([]);
  });

  test('of a long pull go into several lines, none with more values than the format takes', async () => {
    const { queue } = workerWith(() => ({}));
    const pull = { operationId: 'getServiceTickets', inputs: { pageSize: 1 }, pages: 120 };
    const emitted = await emittedBy(() =>
      queue(doors.receive(message({ id: 'long', ...pull })), contextOf()),
    );
    expect(emitted.length).toBeGreaterThan(1);
    const sum = (name: string) => emitted.flatMap(({ values }) => values[name] ?? []).flat();
    expect(sum('Calls').reduce((a, b) => a + b, 0)).toBe(sum('CallLatency').length);
  });
});
