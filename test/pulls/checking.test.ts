import { describe, expect, test } from 'vitest';
import { parseInvocation } from '../../lib/invocation.ts';
import { checkPulls } from '../../pulls/checking.ts';
import { type Declared, readPulls } from '../../pulls/reading.ts';
import { scheduledTime } from '../../pulls/schedule.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

const catalogue = defaultCatalogue();
const check = (pulls: unknown) => checkPulls(pulls, () => catalogue);
const tickets = { schedule: 'rate(1 hour)', connection: 'acme', operationId: 'getServiceTickets' };

describe('pulls', () => {
  test('become schedules, complete with what was left out', () => {
    expect(check({ tickets })).toEqual([
      {
        name: 'tickets',
        expression: 'rate(1 hour)',
        everySeconds: 3_600,
        timeZone: 'UTC',
        flexibleMinutes: 0,
        enabled: true,
        connection: 'acme',
        id: 'tickets:<aws.scheduler.scheduled-time>',
        message: JSON.stringify({
          version: 1,
          id: 'tickets:<aws.scheduler.scheduled-time>',
          lock: 'tickets',
          connection: 'acme',
          operationId: 'getServiceTickets',
        }),
        maxAgeSeconds: 3_600,
      },
    ]);
  });

  test('keep what was given', () => {
    const nightly = {
      schedule: 'cron(30 2 ? * MON-FRI *)',
      timeZone: 'Europe/Berlin',
      flexibleMinutes: 15,
      enabled: false,
      connection: 'contoso',
      operationId: 'GET /company/companies',
      inputs: { conditions: 'deletedFlag = false' },
      pages: 'all',
    };
    const [schedule] = check({ 'companies-nightly': nightly });
    expect(schedule).toMatchObject({
      expression: 'cron(30 2 ? * MON-FRI *)',
      timeZone: 'Europe/Berlin',
      flexibleMinutes: 15,
      enabled: false,
      connection: 'contoso',
    });
    const { operationId, inputs, pages } = nightly;
    expect(JSON.parse(schedule?.message ?? '')).toMatchObject({ operationId, inputs, pages });
  });

  test('make an invocation that the queue takes, with an id for each run', () => {
    const message = check({ tickets: { ...tickets, pages: 'all' } })[0]?.message ?? '';
    const run = (time: string) => parseInvocation(message.replaceAll(scheduledTime, time));
    expect(run('2026-03-22T18:59:00Z')).toMatchObject({
      valid: true,
      invocation: { id: 'tickets:2026-03-22T18:59:00Z', connection: 'acme', pages: 'all' },
    });
  });

  test('step aside for each other where they are told to', () => {
    const both = check({ hourly: { ...tickets, lock: 'tickets' }, nightly: { ...tickets, lock: 'tickets' } });
    expect(both.map(({ message }) => JSON.parse(message).lock)).toEqual(['tickets', 'tickets']);
  });

  test('may name the time of the run in their inputs', () => {
    const inputs = { conditions: `lastUpdated < [${scheduledTime}]` };
    expect(check({ tickets: { ...tickets, inputs } })[0]?.message).toContain(`< [${scheduledTime}]`);
  });

  test('that run often are not tried again for longer than to the next run', () => {
    const [schedule] = check({ tickets: { ...tickets, schedule: 'rate(5 minutes)' } });
    expect(schedule?.maxAgeSeconds).toBe(300);
  });

  test('need no catalogue where there are none', () => {
    const none = () => {
      throw new Error('asked for');
    };
    expect(checkPulls({}, none)).toEqual([]);
    expect(() => checkPulls({ tickets }, none)).toThrow('asked for');
  });

  test.each([
    ['no object', { tickets: 'getServiceTickets' }, "Pull 'tickets': it must be an object."],
    ['a name with a capital', { Tickets: tickets }, "Pull 'Tickets': the name must be 1 to 64 lower case"],
    ['a name too long', { ['a'.repeat(65)]: tickets }, 'the name must be 1 to 64'],
    ['no schedule', { tickets: { ...tickets, schedule: undefined } }, "'schedule' is missing."],
    [
      'a bad rate',
      { tickets: { ...tickets, schedule: 'rate(1 hours)' } },
      "'schedule' must be a rate such as",
    ],
    [
      'a bad cron',
      { tickets: { ...tickets, schedule: 'cron(0 6 * * *)' } },
      "'schedule' must have six fields",
    ],
    [
      'an unknown time zone',
      { tickets: { ...tickets, schedule: 'cron(0 6 * * ? *)', timeZone: 'Europe/Berlim' } },
      "There is no time zone 'Europe/Berlim' (did you mean 'Europe/Berlin'?).",
    ],
    [
      'a time zone in another case',
      { tickets: { ...tickets, schedule: 'cron(0 6 * * ? *)', timeZone: 'europe/berlin' } },
      "(did you mean 'Europe/Berlin'?)",
    ],
    [
      'an offset as time zone',
      { tickets: { ...tickets, schedule: 'cron(0 6 * * ? *)', timeZone: '+02:00' } },
      "There is no time zone '+02:00'",
    ],
    [
      'a time zone for a rate',
      { tickets: { ...tickets, timeZone: 'Europe/Berlin' } },
      "'timeZone' has no meaning for a rate",
    ],
    ['a window too long', { tickets: { ...tickets, flexibleMinutes: 60 } }, "'flexibleMinutes' must be less"],
    ['a window that is none', { tickets: { ...tickets, flexibleMinutes: 0 } }, "'flexibleMinutes'"],
    ['an id', { tickets: { ...tickets, id: 'mine' } }, "'id' is given by the schedule. Take it away."],
    ['a version', { tickets: { ...tickets, version: 1 } }, "'version' is given by the schedule."],
    [
      'an unknown field',
      { tickets: { ...tickets, page: 1 } },
      "There is no field 'page' (did you mean 'pages'?).",
    ],
    ['no connection', { tickets: { ...tickets, connection: undefined } }, "'connection' is missing."],
    ['a bad connection', { tickets: { ...tickets, connection: 'a/b' } }, "'connection' must be 1 to 64"],
    [
      'an unknown operation',
      { tickets: { ...tickets, operationId: 'getServiceTickts' } },
      "There is no operation 'getServiceTickts' in the catalogue of version 2022.1. The nearest are getServiceTickets",
    ],
    [
      'an unknown input',
      { tickets: { ...tickets, inputs: { condition: 'closedFlag = false' } } },
      "There is no input 'condition' (did you mean 'conditions'?).",
    ],
    [
      'a missing input',
      { tickets: { ...tickets, operationId: 'getServiceTicketsById' } },
      "Input 'id' (integer, in the path) is missing.",
    ],
    [
      'pages of what is no list',
      { count: { ...tickets, operationId: 'getServiceTicketsCount', pages: 'all' } },
      "'pages' is for operations that answer a list, and getServiceTicketsCount does not.",
    ],
    [
      'too much',
      { tickets: { ...tickets, inputs: { conditions: 'x'.repeat(100_000) } } },
      'bytes, and a schedule takes 100000.',
    ],
    [
      'names that are the same but for hyphens',
      { 'a-b1': tickets, 'ab-1': tickets },
      "The names 'a-b1' and 'ab-1' are the same but for hyphens. Rename one.",
    ],
    [
      'too many',
      Object.fromEntries(Array.from({ length: 151 }, (_, place) => [`t${place}`, tickets])),
      'There are 151 pulls; one stack takes 150.',
    ],
    ['nothing', undefined, 'Export what definePulls returns as default.'],
    ['a list', [tickets], 'Export what definePulls returns as default.'],
  ])('with %s are refused by name', (_, pulls, message) => {
    expect(() => check(pulls)).toThrow(message);
  });

  test('are refused all at once', () => {
    const wrong = {
      one: { ...tickets, id: 'x' },
      two: tickets,
      three: { ...tickets, schedule: 'hourly', operationId: 'getNothing' },
    };
    expect(() => check(wrong)).toThrow(
      /^Pull 'one': 'id' is given[^\n]*\nPull 'three': 'schedule' must be [^\n]* There is no operation 'getNothing'[^\n]*$/,
    );
  });
});

const declared = (pulls: Declared['pulls'], connections: Declared['connections'] = {}): Declared => ({
  stackName: 'Erp',
  pulls,
  connections,
});

describe('a file of pulls', () => {
  test('declares none in a fresh clone', async () => {
    expect(await readPulls(declared('pulls.config.ts'))).toEqual([]);
  });

  test('that is not there is named, with what to do', async () => {
    await expect(readPulls(declared('pulls.none.ts'))).rejects.toThrow(
      'There is no pulls.none.ts. Make it, or name another by the setting pulls.',
    );
  });

  test('that exports none is named', async () => {
    await expect(readPulls(declared('pulls/schedule.ts'))).rejects.toThrow(
      /^pulls\/schedule\.ts is not valid\.\nIt must be an object of pulls by name\./,
    );
  });
});

describe('the pulls of a deployment', () => {
  const hourly = { schedule: 'rate(1 hour)', connection: 'acme', operationId: 'getSystemInfo' };

  test('may be given as they are', async () => {
    const schedules = await readPulls(declared({ hourly }, { acme: {}, globex: {} }), () => catalogue);
    expect(schedules).toMatchObject([{ name: 'hourly', connection: 'acme' }]);
    expect(await readPulls(declared({ hourly }), () => catalogue)).toEqual(schedules);
  });

  test('are of declared connections, where any are', async () => {
    const pulls = {
      hourly,
      nightly: { ...hourly, connection: 'glbex' },
      daily: { ...hourly, connection: 'z-9' },
    };
    await expect(readPulls(declared(pulls, { acme: {}, globex: {} }), () => catalogue)).rejects.toThrow(
      "What Erp declares as pulls is not valid.\nPull 'nightly': the deployment declares no connection 'glbex' (did you mean 'globex'?).\nPull 'daily': the deployment declares no connection 'z-9'.",
    );
  });
});
