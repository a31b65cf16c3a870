import * as z from 'zod/mini';
import { explain } from '../lib/explanation.ts';
import { type References, resolve } from './intrinsics.ts';
import { isEmulated, type Places, type Resource, referencesAmong } from './resource.ts';
import {
  type BucketResource,
  type EventSourceResource,
  type FunctionResource,
  type QueueResource,
  type RouteResource,
  readBucket,
  readEventSource,
  readFunction,
  readQueue,
  readRoute,
  readTable,
  type TableResource,
} from './resources.ts';
import { readSchedule, type ScheduleResource } from './schedule.ts';

/** A template's resources as this machine runs them, every reference resolved. */
export interface LocalTemplate {
  readonly queues: readonly QueueResource[];
  readonly buckets: readonly BucketResource[];
  readonly tables: readonly TableResource[];
  readonly functions: readonly FunctionResource[];
  readonly eventSources: readonly EventSourceResource[];
  readonly routes: readonly RouteResource[];
  readonly schedules: readonly ScheduleResource[];
  /** The stack's outputs by name. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Permissions, logs and alarms change nothing in what becomes of a message or a call here. */
const withoutMeaning =
  /^AWS::(?:IAM|Logs|CloudWatch|SNS|CDK)::|Policy$|^AWS::Lambda::Permission$|^AWS::Scheduler::ScheduleGroup$|^AWS::ApiGatewayV2::(?:Stage|Authorizer)$/;

const object = z._default(z.record(z.string(), z.unknown()), {});
const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: object, Metadata: object })),
  Parameters: z._default(z.record(z.string(), z.object({ Default: z.optional(z.string()) })), {}),
  Outputs: z._default(z.record(z.string(), z.object({ Value: z.unknown() })), {}),
});

/**
 * Reads a synthesised CloudFormation template. Throws a sentence that names the resource where it holds what would behave
 * differently here than on AWS: an unknown type, property or function.
 */
export function readTemplate(template: unknown, places: Places): LocalTemplate {
  const parsed = templateSchema.safeParse(template);
  if (!parsed.success)
    throw new Error(`This is not a CloudFormation template: ${explain(parsed.error, template, [])}`);
  const resources = Object.entries(parsed.data.Resources).map(
    ([logicalId, { Type, Properties, Metadata }]) => {
      return { logicalId, type: Type, properties: Properties, metadata: Metadata };
    },
  );
  refuseUnknown(resources);
  const references = referencesAmong(resources, places, parametersOf(parsed.data.Parameters));
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const read = <T>(type: string, reader: (resource: Resource, references: References) => T): T[] =>
    ofType(type).map((resource) => reader(resource, references));
  const integrations = new Map(ofType('AWS::ApiGatewayV2::Integration').map((it) => [it.logicalId, it]));
  return {
    queues: read('AWS::SQS::Queue', readQueue),
    buckets: read('AWS::S3::Bucket', readBucket),
    tables: [...read('AWS::DynamoDB::Table', readTable), ...read('AWS::DynamoDB::GlobalTable', readTable)],
    functions: read('AWS::Lambda::Function', readFunction),
    eventSources: read('AWS::Lambda::EventSourceMapping', readEventSource),
    routes: read('AWS::ApiGatewayV2::Route', (resource) => readRoute(resource, references, integrations)),
    schedules: read('AWS::Scheduler::Schedule', readSchedule),
    outputs: mapValues(parsed.data.Outputs, ({ Value }, name) =>
      String(resolve(Value, references, `Output ${name}`)),
    ),
  };
}

function refuseUnknown(resources: readonly Resource[]): void {
  const unknown = resources.find(({ type }) => !isEmulated(type) && !withoutMeaning.test(type));
  if (!unknown) return;
  throw new Error(
    `The template's ${unknown.logicalId} is a ${unknown.type}, which the local stack does not emulate.`,
  );
}

/** A parameter has its default here. */
const parametersOf = (parameters: Readonly<Record<string, { Default?: string | undefined }>>) =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { Default }]) =>
      Default === undefined ? [] : [[name, Default]],
    ),
  );

function mapValues<T, U>(
  values: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}
