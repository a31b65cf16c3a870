import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { parseInvocation } from '../../lib/invocation.ts';
import { scheduledTime } from '../../pulls/schedule.ts';
import { schedules } from './schedules.ts';
import { resolve, resourcesOf, synthesise, type Template } from './synthesised.ts';

const template = synthesise({}, schedules);
const ordered = synthesise({ fifo: true }, schedules);

const scheduleSchema = z.object({
  Name: z.string(),
  GroupName: z.strictObject({ Ref: z.string() }),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string(),
  FlexibleTimeWindow: z.unknown(),
  State: z.union([z.string(), z.strictObject({ Ref: z.string() })]),
  Target: z.strictObject({
    Arn: z.unknown(),
    RoleArn: z.unknown(),
    Input: z.unknown(),
    DeadLetterConfig: z.strictObject({ Arn: z.unknown() }),
    RetryPolicy: z.strictObject({ MaximumEventAgeInSeconds: z.number(), MaximumRetryAttempts: z.number() }),
  }),
});
const messageSchema = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  MessageGroupId: z.string(),
  MessageDeduplicationId: z.optional(z.string()),
});

const schedulesOf = (of: Template) =>
  resourcesOf(of, 'AWS::Scheduler::Schedule').map(([id, { Properties }]) => ({
    id,
    ...scheduleSchema.parse(Properties),
  }));
const found = schedulesOf(template);

/** What is sent in the run of a time. */
const messageOf = (of: Template, { Target }: (typeof found)[number], time = '2026-03-22T18:59:00Z') =>
  messageSchema.parse(JSON.parse(resolve(of, Target.Input).replaceAll(scheduledTime, time)));

const sqs = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:ManageConnector-${name}`;
const [deadLetters] = resourcesOf(template, 'AWS::SQS::Queue').filter(
  ([, { Properties }]) => Properties['QueueName'] === 'ManageConnector-schedules-dead-letters',
);

describe('schedules', () => {
  test('are those that were declared', () => {
    expect(found).toMatchObject([
      {
        Name: 'tickets-hourly',
        ScheduleExpression: 'rate(1 hour)',
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
      },
      {
        Name: 'companies-nightly',
        ScheduleExpression: 'cron(30 2 ? * MON-FRI *)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      },
      { Name: 'off' },
    ]);
  });

  test.each(found)('$Name sends a message with the SDK’s own call', ({ Target }) => {
    expect(resolve(template, Target.Arn)).toBe('arn:aws:scheduler:::aws-sdk:sqs:sendMessage');
  });

  test.each(found)(
    '$Name sends an invocation to the invocation queue, in the group of its connection',
    (it) => {
      const { QueueUrl, MessageBody, MessageGroupId, ...rest } = messageOf(template, it);
      expect(QueueUrl).toBe('https://sqs.eu-west-1.amazonaws.com/111122223333/ManageConnector-invocations');
      const parsed = parseInvocation(MessageBody);
      expect(parsed).toMatchObject({
        valid: true,
        invocation: { id: `${it.Name}:2026-03-22T18:59:00Z`, connection: MessageGroupId },
      });
      expect(rest).toEqual({});
    },
  );

  test('keep what their inputs quote', () => {
    const [tickets] = found;
    expect(tickets && JSON.parse(messageOf(template, tickets).MessageBody)).toMatchObject({
      inputs: { conditions: 'summary contains "a\\b"' },
      pages: 'all',
    });
  });

  test.each(schedulesOf(ordered))('$Name tells a queue that keeps an order which run it is', (it) => {
    const { MessageDeduplicationId, MessageGroupId } = messageOf(ordered, it);
    expect(MessageDeduplicationId).toBe(`${it.Name}:2026-03-22T18:59:00Z`);
    expect(MessageGroupId).not.toBe('');
  });

  test.each(found)('$Name gives up after an hour at the most, to dead letters of its own', ({ Target }) => {
    const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = Target.RetryPolicy;
    expect(MaximumEventAgeInSeconds).toBeGreaterThanOrEqual(60);
    expect(MaximumEventAgeInSeconds).toBeLessThanOrEqual(3_600);
    expect(MaximumRetryAttempts).toBeLessThanOrEqual(60);
    expect(resolve(template, Target.DeadLetterConfig.Arn)).toBe(sqs('schedules-dead-letters'));
  });

  test('are not there where none is declared', () => {
    const types = Object.values(synthesise().Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('AWS::Scheduler::'))).toEqual([]);
    expect(synthesise().Outputs).not.toHaveProperty('ScheduleDeadLetterQueueUrl');
    expect(template.Outputs).toHaveProperty('ScheduleDeadLetterQueueUrl');
  });

  test('keep their logical ids when others come and go', () => {
    const [first, , last] = schedules;
    const fewer = synthesise(
      {},
      [last, first].flatMap((it) => it ?? []),
    );
    const ids = Object.keys(template.Resources);
    expect(Object.keys(fewer.Resources).filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids.filter((id) => !Object.hasOwn(fewer.Resources, id))).toEqual([
      expect.stringMatching(/^SchedulesPullCompaniesNightly/),
    ]);
  });

  test('may be called what the stack calls its own parts', () => {
    const [one] = schedules;
    const names = ['role', 'group', 'dead-letters'];
    const named = synthesise(
      {},
      names.flatMap((name) => (one ? [{ ...one, name }] : [])),
    );
    expect(schedulesOf(named).map(({ Name }) => Name)).toEqual(names);
  });
});

describe('the switch of a schedule', () => {
  test('is a parameter, on unless told', () => {
    expect(found.map(({ State }) => State)).toEqual([
      { Ref: 'PullTicketsHourlyState' },
      { Ref: 'PullCompaniesNightlyState' },
      'DISABLED',
    ]);
    expect(template.Parameters['PullTicketsHourlyState']).toMatchObject({
      Type: 'String',
      AllowedValues: ['ENABLED', 'DISABLED'],
      Default: 'ENABLED',
    });
  });

  test('is not there where the file says that it is off', () => {
    expect(template.Parameters).not.toHaveProperty('PullOffState');
  });
});

describe('the role of the schedules', () => {
  const roles = new Set(found.map(({ Target }) => JSON.stringify(Target.RoleArn)));
  const [id] = z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })
    .parse(found[0]?.Target.RoleArn)['Fn::GetAtt'];
  const role = template.Resources[id]?.Properties;

  test('is one for all', () => {
    expect(roles.size).toBe(1);
  });

  test('may send to the invocation queue and to the dead letters, and nothing else', () => {
    const { Policies } = z
      .object({
        Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) })),
      })
      .parse(role);
    const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).map((it) =>
      z.strictObject({ Effect: z.string(), Action: z.string(), Resource: z.unknown() }).parse(it),
    );
    const allowed = statements.flatMap(({ Effect, Action, Resource }) =>
      [Resource].flat().map((resource) => [Effect, Action, resolve(template, resource)]),
    );
    expect(allowed).toEqual([
      ['Allow', 'sqs:SendMessage', sqs('invocations')],
      ['Allow', 'sqs:SendMessage', sqs('schedules-dead-letters')],
    ]);
    expect(Object.keys(role ?? {}).sort()).toEqual(['AssumeRolePolicyDocument', 'Policies']);
  });

  test('is taken on by schedules of this stack only', () => {
    const schema = z.object({
      AssumeRolePolicyDocument: z.object({
        Statement: z.array(
          z.strictObject({
            Action: z.literal('sts:AssumeRole'),
            Effect: z.literal('Allow'),
            Principal: z.strictObject({ Service: z.literal('scheduler.amazonaws.com') }),
            Condition: z.strictObject({ StringEquals: z.record(z.string(), z.unknown()) }),
          }),
        ),
      }),
    });
    const [statement, ...others] = schema.parse(role).AssumeRolePolicyDocument.Statement;
    expect(others).toEqual([]);
    const conditions = Object.entries(statement?.Condition.StringEquals ?? {});
    expect(conditions.map(([name, value]) => [name, resolve(template, value)])).toEqual([
      ['aws:SourceAccount', '111122223333'],
      ['aws:SourceArn', 'arn:aws:scheduler:eu-west-1:111122223333:schedule-group/ManageConnector'],
    ]);
    const groups = resourcesOf(template, 'AWS::Scheduler::ScheduleGroup');
    expect(groups.map(([, { Properties }]) => Properties['Name'])).toEqual(['ManageConnector']);
    for (const { GroupName } of found) expect(GroupName.Ref).toBe(groups[0]?.[0]);
  });
});

describe('the dead letters of the schedules', () => {
  test('are encrypted, kept for 14 days, in no order, and take none of a queue', () => {
    expect(deadLetters?.[1].Properties).toEqual({
      QueueName: 'ManageConnector-schedules-dead-letters',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    });
  });

  test('come by TLS only', () => {
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);
    expect(policies).toContainEqual(
      expect.objectContaining({
        Queues: [{ Ref: deadLetters?.[0] }],
        PolicyDocument: expect.objectContaining({
          Statement: [
            expect.objectContaining({
              Effect: 'Deny',
              Action: 'sqs:*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ],
        }),
      }),
    );
  });
});
