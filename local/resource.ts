import type * as z from 'zod/mini';
import { explain } from '../lib/explanation.ts';
import { type References, resolve } from './intrinsics.ts';
import { queueArn } from './queues.ts';
import { accountId, region } from './region.ts';

/** A resource of a CloudFormation template, its references not yet resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Where the emulated services listen. */
export interface Places {
  queueUrl(name: string): string;
  readonly apiUrl: string;
}

/** What `Ref` gives, and the attributes by name. */
interface Identity {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The types of resource that are emulated. */
const identities: Readonly<Record<string, (resource: Resource, places: Places) => Identity>> = {
  'AWS::SQS::Queue': (resource, places) => {
    const name = nameOf(resource, 'QueueName');
    const url = places.queueUrl(name);
    return { ref: url, attributes: { Arn: queueArn(name), QueueName: name, QueueUrl: url } };
  },
  'AWS::S3::Bucket': (resource) => {
    const name = nameOf(resource, 'BucketName').toLowerCase();
    return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
  },
  'AWS::DynamoDB::Table': tableIdentity,
  'AWS::DynamoDB::GlobalTable': tableIdentity,
  'AWS::Lambda::Function': (resource) => {
    const name = nameOf(resource, 'FunctionName');
    return { ref: name, attributes: { Arn: functionArn(name) } };
  },
  'AWS::ApiGatewayV2::Api': ({ logicalId }, { apiUrl }) => {
    return { ref: logicalId, attributes: { ApiId: logicalId, ApiEndpoint: apiUrl } };
  },
  'AWS::ApiGatewayV2::Integration': ({ logicalId }) => ({ ref: logicalId }),
  'AWS::ApiGatewayV2::Route': ({ logicalId }) => ({ ref: logicalId }),
  'AWS::Lambda::EventSourceMapping': ({ logicalId }) => ({ ref: logicalId }),
  'AWS::Scheduler::Schedule': ({ logicalId }) => ({ ref: logicalId }),
};

export const functionArn = (name: string): string => `arn:aws:lambda:${region}:${accountId}:function:${name}`;

function tableIdentity(resource: Resource): Identity {
  const name = nameOf(resource, 'TableName');
  return { ref: name, attributes: { Arn: `arn:aws:dynamodb:${region}:${accountId}:table/${name}` } };
}

/** The name that the template gives, else the logical id, of which CloudFormation would make a name as well. */
function nameOf({ logicalId, properties }: Resource, property: string): string {
  const pseudoOnly: References = { ref: () => undefined, attribute: () => undefined };
  const name = resolve(properties[property], pseudoOnly, `${logicalId}.${property}`);
  return name === undefined ? logicalId : String(name);
}

export const isEmulated = (type: string): boolean => Object.hasOwn(identities, type);

/** @param parameters the values of the template's parameters by name. */
export function referencesAmong(
  resources: readonly Resource[],
  places: Places,
  parameters: Readonly<Record<string, string>>,
): References {
  const known = new Map(
    resources.flatMap((resource): [string, Identity][] => {
      const identity = identities[resource.type]?.(resource, places);
      return identity ? [[resource.logicalId, identity]] : [];
    }),
  );
  return {
    ref: (logicalId) => known.get(logicalId)?.ref ?? parameters[logicalId],
    attribute: (logicalId, name) => known.get(logicalId)?.attributes?.[name],
  };
}

/**
 * A resource's properties, resolved and parsed. Throws a sentence for a property that is neither in the schema nor among
 * those without meaning on one machine, so that nothing behaves differently here in silence.
 */
export function readProperties<T>(
  resource: Resource,
  references: References,
  schema: z.ZodMiniType<T> & { readonly shape: object },
  meaningless: readonly string[],
): T {
  const given = Object.entries(resource.properties)
    .filter(([name]) => !meaningless.includes(name))
    .map(([name, value]) => {
      const isRead = Object.hasOwn(schema.shape, name);
      return [name, isRead ? resolve(value, references, `${resource.logicalId}.${name}`) : value];
    });
  const properties: unknown = Object.fromEntries(given);
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  const why = explain(parsed.error, properties, Object.keys(schema.shape));
  throw new Error(`The local stack cannot run ${resource.logicalId} (${resource.type}). ${why}`);
}
