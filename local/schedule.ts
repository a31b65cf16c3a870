import * as z from 'zod/mini';
import { explain } from '../lib/explanation.ts';
import type { References } from './intrinsics.ts';
import { type Resource, readProperties } from './resource.ts';

/** A schedule of the template that sends messages to a queue. */
export interface ScheduleResource {
  readonly logicalId: string;
  readonly name: string;
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  readonly timeZone: string;
  readonly isEnabled: boolean;
  /** The input of SendMessage as JSON, with `<aws.scheduler.scheduled-time>` in it. */
  readonly input: string;
}

const scheduleSchema = z.strictObject({
  Name: z.optional(z.string()),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z._default(z.string(), 'UTC'),
  State: z._default(z.enum(['ENABLED', 'DISABLED']), 'ENABLED'),
  Target: z.object({ Arn: z.literal('arn:aws:scheduler:::aws-sdk:sqs:sendMessage'), Input: z.string() }),
});

/** A run begins at its time here, whatever its window, and is not tried again: the queue is in this very process. */
const meaningless = ['Description', 'FlexibleTimeWindow', 'GroupName'];

/** The role is left out before references are resolved, since roles are not emulated. */
export function readSchedule(resource: Resource, references: References): ScheduleResource {
  const { Target } = resource.properties;
  const { RoleArn: _, ...target } = { ...Object(Target) };
  const properties = readProperties(
    { ...resource, properties: { ...resource.properties, Target: target } },
    references,
    scheduleSchema,
    meaningless,
  );
  return {
    logicalId: resource.logicalId,
    name: properties.Name ?? resource.logicalId,
    expression: properties.ScheduleExpression,
    timeZone: properties.ScheduleExpressionTimezone,
    isEnabled: properties.State === 'ENABLED',
    input: properties.Target.Input,
  };
}

const sendMessageSchema = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  MessageGroupId: z.optional(z.string()),
});
export type SendMessageInput = z.infer<typeof sendMessageSchema>;

/** The message of the run of this time. Scheduler writes a time without fractions of a second. */
export function messageAt({ name, input }: ScheduleResource, timeMs: number): SendMessageInput {
  const time = new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const value: unknown = JSON.parse(input.replaceAll('<aws.scheduler.scheduled-time>', time));
  const parsed = sendMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`The schedule ${name} sends no message: ${explain(parsed.error, value, [])}`);
}

/** The connection that a schedule's invocations are for: their group. */
export const connectionOf = (schedule: ScheduleResource): string =>
  messageAt(schedule, 0).MessageGroupId ?? '';
