import * as z from 'zod/mini';
import type { References } from './intrinsics.ts';
import type { QueueSettings } from './queue.ts';
import { queueNameIn } from './queues.ts';
import { type Resource, readProperties } from './resource.ts';

/** What a resource of the template is on this machine. */
export interface QueueResource extends QueueSettings {
  readonly logicalId: string;
}

export interface BucketResource {
  readonly logicalId: string;
  readonly name: string;
}

export interface TableResource {
  readonly logicalId: string;
  readonly name: string;
  /** As CreateTable takes them. */
  readonly keySchema: readonly unknown[];
  readonly attributeDefinitions: readonly unknown[];
}

export interface FunctionResource {
  readonly logicalId: string;
  readonly name: string;
  /** Its source file, relative to the root of the repository. */
  readonly entry: string;
  /** What that file exports for Lambda. */
  readonly exportName: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFormat: 'JSON' | 'Text';
}

export interface EventSourceResource {
  readonly queueName: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number | undefined;
  readonly reportsItemFailures: boolean;
}

export interface RouteResource {
  /** Such as `GET /operations/{operationId}`, or `$default`. */
  readonly key: string;
  readonly functionName: string;
  readonly timeoutMs: number;
}

const whole = (min: number, max: number) => z.int().check(z.gte(min), z.lte(max));

const queueSchema = z.strictObject({
  QueueName: z.optional(z.string()),
  /** 0 would let every receiver have the message at once; no queue of ours means that. */
  VisibilityTimeout: z._default(whole(1, 43_200), 30),
  DelaySeconds: z._default(whole(0, 900), 0),
  MessageRetentionPeriod: z._default(whole(60, 1_209_600), 345_600),
  RedrivePolicy: z.optional(
    z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: whole(1, 1000) }),
  ),
});
const queueMeaningless = [
  'SqsManagedSseEnabled',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'RedriveAllowPolicy',
  'Tags',
];

export function readQueue(resource: Resource, references: References): QueueResource {
  const properties = readProperties(resource, references, queueSchema, queueMeaningless);
  const { RedrivePolicy: policy } = properties;
  return {
    logicalId: resource.logicalId,
    name: references.attribute(resource.logicalId, 'QueueName') ?? resource.logicalId,
    visibilitySeconds: properties.VisibilityTimeout,
    delaySeconds: properties.DelaySeconds,
    retentionSeconds: properties.MessageRetentionPeriod,
    redrive: policy && {
      queueName: queueNameIn(policy.deadLetterTargetArn),
      maxReceiveCount: policy.maxReceiveCount,
    },
  };
}

const bucketMeaningless = [
  'BucketEncryption',
  'LifecycleConfiguration',
  'OwnershipControls',
  'PublicAccessBlockConfiguration',
  'Tags',
];

export function readBucket(resource: Resource, references: References): BucketResource {
  readProperties(
    resource,
    references,
    z.strictObject({ BucketName: z.optional(z.string()) }),
    bucketMeaningless,
  );
  return { logicalId: resource.logicalId, name: references.ref(resource.logicalId) ?? resource.logicalId };
}

const tableSchema = z.strictObject({
  TableName: z.optional(z.string()),
  KeySchema: z.array(z.unknown()),
  AttributeDefinitions: z.array(z.unknown()),
});
const tableMeaningless = [
  'BillingMode',
  'Replicas',
  'SSESpecification',
  'PointInTimeRecoverySpecification',
  'DeletionProtectionEnabled',
  'TimeToLiveSpecification',
  'WarmThroughput',
  'Tags',
];

export function readTable(resource: Resource, references: References): TableResource {
  const { KeySchema, AttributeDefinitions } = readProperties(
    resource,
    references,
    tableSchema,
    tableMeaningless,
  );
  const { logicalId } = resource;
  return {
    logicalId,
    name: references.ref(logicalId) ?? logicalId,
    keySchema: KeySchema,
    attributeDefinitions: AttributeDefinitions,
  };
}

const functionSchema = z.strictObject({
  FunctionName: z.optional(z.string()),
  Handler: z.string().check(z.regex(/\.\w+$/, 'must end with the name of an export')),
  Runtime: z.string().check(z.startsWith('nodejs', 'must be a Node runtime')),
  Timeout: z._default(whole(1, 900), 3),
  MemorySize: z._default(whole(128, 10_240), 128),
  Environment: z.optional(z.strictObject({ Variables: z.record(z.string(), z.string()) })),
});
/** LoggingConfig is read apart: its log group is not emulated. */
const functionMeaningless = [
  'Architectures',
  'Code',
  'Description',
  'EphemeralStorage',
  'LoggingConfig',
  'RecursiveLoop',
  'Role',
  'Tags',
  'TracingConfig',
];

export function readFunction(resource: Resource, references: References): FunctionResource {
  const properties = readProperties(resource, references, functionSchema, functionMeaningless);
  const { entry } = resource.metadata;
  if (typeof entry !== 'string') {
    throw new Error(
      `${resource.logicalId} does not say where its source is. Add Metadata.entry, a path from the root of the repository.`,
    );
  }
  const logging = z.object({ LogFormat: z.literal('JSON') }).safeParse(resource.properties['LoggingConfig']);
  return {
    logicalId: resource.logicalId,
    name: references.ref(resource.logicalId) ?? resource.logicalId,
    entry,
    exportName: properties.Handler.split('.').at(-1) ?? '',
    timeoutSeconds: properties.Timeout,
    memoryMb: properties.MemorySize,
    environment: properties.Environment?.Variables ?? {},
    logFormat: logging.success ? 'JSON' : 'Text',
  };
}

const eventSourceSchema = z.strictObject({
  EventSourceArn: z.string().check(z.startsWith('arn:aws:sqs:', 'must be the ARN of a queue')),
  FunctionName: z.string(),
  BatchSize: z._default(whole(1, 10_000), 10),
  MaximumBatchingWindowInSeconds: z._default(whole(0, 300), 0),
  ScalingConfig: z.optional(z.strictObject({ MaximumConcurrency: whole(2, 1000) })),
  FunctionResponseTypes: z._default(z.array(z.literal('ReportBatchItemFailures')), []),
});

export function readEventSource(resource: Resource, references: References): EventSourceResource {
  const properties = readProperties(resource, references, eventSourceSchema, ['MetricsConfig', 'Tags']);
  return {
    queueName: queueNameIn(properties.EventSourceArn),
    functionName: properties.FunctionName.split(':').at(-1) ?? '',
    batchSize: properties.BatchSize,
    windowSeconds: properties.MaximumBatchingWindowInSeconds,
    maxConcurrency: properties.ScalingConfig?.MaximumConcurrency,
    reportsItemFailures: properties.FunctionResponseTypes.length > 0,
  };
}

const integrationSchema = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z._default(whole(50, 30_000), 30_000),
});
const routeSchema = z.strictObject({ ApiId: z.string(), RouteKey: z.string(), Target: z.string() });

/** @param integrations those of the template, by logical id. */
export function readRoute(
  resource: Resource,
  references: References,
  integrations: ReadonlyMap<string, Resource>,
): RouteResource {
  const route = readProperties(resource, references, routeSchema, [
    'AuthorizationType',
    'AuthorizerId',
    'AuthorizationScopes',
  ]);
  const integration = integrations.get(route.Target.replace('integrations/', ''));
  if (!integration)
    throw new Error(
      `The route ${route.RouteKey} (${resource.logicalId}) leads to no integration of the template.`,
    );
  const { IntegrationUri, TimeoutInMillis } = readProperties(integration, references, integrationSchema, [
    'Description',
  ]);
  return {
    key: route.RouteKey,
    functionName: IntegrationUri.split(':').at(-1) ?? '',
    timeoutMs: TimeoutInMillis,
  };
}
