import { Aws, CfnOutput, CfnParameter, type Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Schedule } from '../pulls/schedule.ts';
import { sendTo } from './access.ts';
import { createDeadLetters } from './queue-with-dead-letters.ts';

/** Beside the age of a run, whichever is reached first: what is not told is 185 attempts and a day (aws.md §2). */
const maximumRetryAttempts = 60;

/** What all schedules of a stack have in common. */
interface Target {
  readonly scope: Construct;
  readonly invocations: Queue;
  readonly deadLetters: Queue;
  readonly role: Role;
  readonly groupName: string;
}

/**
 * Puts each invocation on the queue at its times. They have a group of their own: its name is the stack's.
 * @returns where the runs are left that could not be put there.
 */
export function createSchedules(stack: Stack, invocations: Queue, schedules: readonly Schedule[]): Queue {
  const scope = new Construct(stack, 'Schedules');
  // Not those of the invocation queue: what Scheduler leaves there is no invocation, and could not be redriven.
  const deadLetters = createDeadLetters(scope, 'DeadLetters', 'schedules-dead-letters');
  const group = new CfnScheduleGroup(scope, 'Group', { name: stack.stackName });
  const role = createRole(scope, stack, [invocations, deadLetters]);
  const target = { scope, invocations, deadLetters, role, groupName: group.ref };
  for (const schedule of schedules) createSchedule(stack, schedule, target);
  new CfnOutput(stack, 'ScheduleDeadLetterQueueUrl', { value: deadLetters.queueUrl });
  return deadLetters;
}

/** Scheduler uses the target's role for dead letters too. Only schedules of this group may take it on. */
function createRole(scope: Construct, stack: Stack, queues: readonly Queue[]): Role {
  const resource = 'schedule-group';
  const group = stack.formatArn({ service: 'scheduler', resource, resourceName: stack.stackName });
  const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group } };
  const statements = queues.map((queue) => sendTo(queue).statement);
  return new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
    inlinePolicies: { schedules: new PolicyDocument({ statements }) },
  });
}

function createSchedule(stack: Stack, schedule: Schedule, target: Target): void {
  const { name, expression, timeZone, flexibleMinutes } = schedule;
  const { scope, deadLetters, role, groupName } = target;
  new CfnSchedule(scope, `Pull${pascalCase(name)}`, {
    name,
    groupName,
    scheduleExpression: expression,
    scheduleExpressionTimezone: timeZone,
    flexibleTimeWindow:
      flexibleMinutes === 0 ? { mode: 'OFF' } : { mode: 'FLEXIBLE', maximumWindowInMinutes: flexibleMinutes },
    state: schedule.enabled ? createSwitch(stack, name) : 'DISABLED',
    target: {
      // SendMessage as it is: the target that Scheduler has for queues takes a group for FIFO queues only (aws.md §2).
      arn: `arn:${Aws.PARTITION}:scheduler:::aws-sdk:sqs:sendMessage`,
      roleArn: role.roleArn,
      input: inputOf(stack, schedule, target.invocations),
      deadLetterConfig: { arn: deadLetters.queueArn },
      retryPolicy: { maximumRetryAttempts, maximumEventAgeInSeconds: schedule.maxAgeSeconds },
    },
  });
}

/** A parameter of the stack, so that a schedule is paused without a deployment, and stays so over the next ones. */
function createSwitch(stack: Stack, name: string): string {
  const parameter = new CfnParameter(stack, `Pull${pascalCase(name)}State`, {
    type: 'String',
    allowedValues: ['ENABLED', 'DISABLED'],
    default: 'ENABLED',
    description: `Whether the pull ${name} runs.`,
  });
  return parameter.valueAsString;
}

/** The input of SendMessage. In the group of its connection, as the API queues it. */
function inputOf(stack: Stack, { message, connection, id }: Schedule, { queueUrl, fifo }: Queue): string {
  return stack.toJsonString({
    QueueUrl: queueUrl,
    MessageBody: message,
    MessageGroupId: connection,
    ...(fifo && { MessageDeduplicationId: id }),
  });
}

/** The words of a name, each with a capital letter: ids of CloudFormation take no hyphens. */
const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
