import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { alarmsOf } from './alarms.ts';
import { schedules } from './schedules.ts';
import { resolve, resourcesOf, synthesise, type Template } from './synthesised.ts';

const template = synthesise({ alarms: { email: 'ops@example.com' } }, schedules);
const alarms = alarmsOf(template);
const runbook = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...text] = section.split('\n');
      return [
        heading
          .toLowerCase()
          .replaceAll(/[^a-z\s-]/g, '')
          .replaceAll(' ', '-'),
        text.join('\n'),
      ];
    }),
);

const anchorIn = (description: string) => /docs\/runbook\.md#([a-z-]+)$/.exec(description)?.[1] ?? '';

describe('an alarm', () => {
  test.each(alarms)('$AlarmName has a sentence, and a heading of the runbook', ({ AlarmDescription }) => {
    expect(AlarmDescription).toMatch(/^[A-Z].*\. What to do: docs\/runbook\.md#[a-z-]+$/);
    expect([...sections.keys()]).toContain(anchorIn(AlarmDescription));
  });

  test.each(alarms)('$AlarmName says how it takes silence', ({ AlarmName, TreatMissingData }) => {
    const isAboutSilence = AlarmName === 'ManageConnector-no-schedule';
    expect(TreatMissingData).toBe(isAboutSilence ? 'breaching' : 'notBreaching');
  });

  test.each(alarms)('$AlarmName tells the topic when it begins and when it ends', (alarm) => {
    const topic = resourcesOf(template, 'AWS::SNS::Topic')[0]?.[0];
    expect([alarm.AlarmActions, alarm.OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
  });

  test.each(alarms)('$AlarmName looks back no further than CloudWatch can', (alarm) => {
    const seconds = Math.max(...alarm.metrics.map(({ periodSeconds }) => periodSeconds));
    expect(seconds % 60).toBe(0);
    expect(seconds * alarm.EvaluationPeriods).toBeLessThanOrEqual(seconds >= 3_600 ? 604_800 : 86_400);
  });

  test('is there for each part of a deployment, and for schedules only where some are declared', () => {
    const names = (of: Template) =>
      alarmsOf(of).map(({ AlarmName }) => AlarmName.replace('ManageConnector-', ''));
    expect(names(template)).toEqual([
      'dead-letters',
      'result-dead-letters',
      'old-invocations',
      'old-results',
      'failure-share',
      'failing-connection',
      'unknown-outcomes',
      'crashes',
      'old-checkpoint',
      'throttled-share',
      'governor-stuck',
      'refused-keys',
      'queue-function-errors',
      'queue-function-duration',
      'queue-function-throttles',
      'api-function-errors',
      'api-function-duration',
      'api-function-throttles',
      'missed-schedule',
      'no-schedule',
    ]);
    const bare = names(synthesise());
    expect(names(template).filter((name) => !bare.includes(name))).toEqual([
      'missed-schedule',
      'no-schedule',
    ]);
  });

  test.each(['console', 'callback'])('is there for the %s function where a deployment has one', (name) => {
    const jwt = { issuer: 'https://login.example.com/', audience: ['a'] };
    const whole = alarmsOf(synthesise({ console: true, callbacks: true, jwt }));
    expect(whole.filter(({ AlarmName }) => AlarmName.includes(`-${name}-function-`))).toHaveLength(3);
  });

  test('about silence knows the most frequent rate, and is not there where there are times alone', () => {
    const silent = alarms.find(({ AlarmName }) => AlarmName.endsWith('no-schedule'));
    expect(silent).toMatchObject({ EvaluationPeriods: 2, metrics: [{ periodSeconds: 3_600 }] });
    const timed = schedules.filter(({ everySeconds }) => everySeconds === undefined);
    const names = alarmsOf(synthesise({}, timed)).map(({ AlarmName }) => AlarmName);
    expect(names).toContain('ManageConnector-missed-schedule');
    expect(names).not.toContain('ManageConnector-no-schedule');
  });

  test('is named after its deployment, and its bounds can be set', () => {
    const set = synthesise({
      stackName: 'Erp',
      alarms: { oldestMessageMinutes: 240, checkpointAgeHours: 170 },
    });
    const thresholds = Object.fromEntries(alarmsOf(set).map((it) => [it.AlarmName, it.Threshold]));
    expect(thresholds).toMatchObject({ 'Erp-old-invocations': 14_400, 'Erp-old-checkpoint': 612_000 });
  });
});

/** What CloudWatch makes of an alarm's expression in a period in which these were counted; what is not named had no data. */
function computed(
  alarm: (typeof alarms)[number] | undefined,
  counted: Readonly<Record<string, number>>,
): unknown {
  const { expression = '', variables = {} } = alarm ?? {};
  const script = expression.replaceAll(' OR ', ' || ').replaceAll(' AND ', ' && ');
  const context = {
    IF: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
    FILL: (value: number | undefined, otherwise: number) => value ?? otherwise,
    ...Object.fromEntries(Object.entries(variables).map(([name, variable]) => [variable, counted[name]])),
  };
  return runInNewContext(script, context);
}

describe('an expression', () => {
  test.each([
    [
      'failure-share',
      { Invocations: 100, ConnectWiseFailures: 2, ConnectionFailures: 2, OwnFailures: 1 },
      true,
    ],
    ['failure-share', { Invocations: 100, ConnectWiseFailures: 4, Refusals: 90 }, false],
    ['failure-share', { Invocations: 19, OwnFailures: 19 }, false],
    ['failure-share', { Invocations: 20, OwnFailures: 1 }, true],
    ['failure-share', {}, false],
    ['throttled-share', { Calls: 1_000, LimitedCalls: 49 }, false],
    ['throttled-share', { Calls: 1_000, LimitedCalls: 50 }, true],
    ['throttled-share', { Calls: 49, LimitedCalls: 49 }, false],
    ['throttled-share', { Calls: 500 }, false],
    ['governor-stuck', { Rests: 5 }, true],
    ['governor-stuck', { Rests: 5, Calls: 1 }, false],
    ['governor-stuck', { Calls: 30, StuckGovernors: 1 }, true],
    ['governor-stuck', {}, false],
    ['missed-schedule', { ApproximateNumberOfMessagesVisible: 1 }, true],
    ['missed-schedule', { InvocationDroppedCount: 1 }, true],
    ['missed-schedule', {}, false],
  ])('of %s, with %j, rings: %s', (name, counted, rings) => {
    const alarm = alarms.find(({ AlarmName }) => AlarmName === `ManageConnector-${name}`);
    expect(Number(computed(alarm, counted)) >= (alarm?.Threshold ?? Number.NaN)).toBe(rings);
  });

  test('stands behind no other alarm than these', () => {
    const those = alarms.filter(({ expression }) => expression !== undefined);
    expect(those).toHaveLength(4);
  });
});

describe('the runbook', () => {
  test('has a heading for each alarm, and no other', () => {
    const anchors = alarms.map(({ AlarmDescription }) => anchorIn(AlarmDescription));
    expect([...sections.keys()].toSorted()).toEqual([...new Set(anchors)].toSorted());
  });

  test.each([...sections])('says of %s what it means, where to look and how to mend it', (_, text) => {
    const parts = [...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, word]) => word);
    expect(parts).toEqual(['Meaning', 'Look', 'Mend']);
  });
});

describe('the topic of the alarms', () => {
  const statements = resourcesOf(template, 'AWS::SNS::TopicPolicy').flatMap(
    ([, { Properties }]) =>
      z
        .object({ PolicyDocument: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }) })
        .parse(Properties).PolicyDocument.Statement,
  );

  test('takes alarms of this account, and by TLS only', () => {
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      expect.objectContaining({
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toEqual([
      expect.objectContaining({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
  });

  test('has the address that the deployment names, and none otherwise', () => {
    const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription');
    expect(subscriptions).toMatchObject([
      [expect.anything(), { Properties: { Protocol: 'email', Endpoint: 'ops@example.com' } }],
    ]);
    expect(() => resourcesOf(synthesise(), 'AWS::SNS::Subscription')).toThrow(
      'holds no AWS::SNS::Subscription',
    );
  });
});

describe('the dashboard', () => {
  const Properties = resourcesOf(template, 'AWS::CloudWatch::Dashboard')[0]?.[1].Properties ?? {};
  const body = z
    .object({
      widgets: z.array(z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()) })),
    })
    .parse(JSON.parse(resolve(template, Properties['DashboardBody'])));

  test('is named after the deployment, and shows every alarm', () => {
    expect(Properties['DashboardName']).toBe('ManageConnector');
    const [status] = body.widgets.filter(({ type }) => type === 'alarm');
    expect(status?.properties['alarms']).toHaveLength(alarms.length);
  });

  test('asks the logs of both functions which connection is not well', () => {
    const queries = body.widgets
      .filter(({ type }) => type === 'log')
      .map(({ properties }) => properties['query']);
    expect(queries).toHaveLength(3);
    for (const query of queries) {
      expect(String(query).match(/SOURCE '/g)).toHaveLength(2);
      expect(query).toMatch(/by message\.connection/);
    }
  });
});
