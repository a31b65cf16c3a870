import * as z from 'zod/mini';
import { synthTemplate } from '../../infra/template.ts';
import type { Schedule } from '../../pulls/schedule.ts';

const properties = z.record(z.string(), z.unknown());

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.prefault(properties, {}),
      Metadata: z.optional(properties),
      DeletionPolicy: z.optional(z.string()),
      UpdateReplacePolicy: z.optional(z.string()),
      DependsOn: z.optional(z.array(z.string())),
    }),
  ),
  Parameters: z.prefault(z.record(z.string(), properties), {}),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});

export type Template = z.infer<typeof templateSchema>;
export type Resource = Template['Resources'][string];

export function synthesise(connector: unknown = {}, schedules: readonly Schedule[] = []): Template {
  return templateSchema.parse(synthTemplate({ connector }, schedules));
}

/** The resources of one type by their logical ids; throws where there are none, so that no loop over them is empty. */
export function resourcesOf(template: Template, type: string): (readonly [string, Resource])[] {
  const found = Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
  if (found.length === 0) throw new Error(`The template holds no ${type}.`);
  return found;
}

const region = 'eu-west-1';
const account = '111122223333';
const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
};

const reference = z.strictObject({ Ref: z.string() });
const attribute = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const joined = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

/** A value of the template as AWS would see it once deployed, with names made of logical ids. */
export function resolve(template: Template, value: unknown): string {
  if (typeof value === 'string') return value;
  const ref = reference.safeParse(value);
  if (ref.success) return pseudo[ref.data.Ref] ?? referred(template, ref.data.Ref);
  const join = joined.safeParse(value);
  if (join.success) {
    const [separator, parts] = join.data['Fn::Join'];
    return parts.map((part) => resolve(template, part)).join(separator);
  }
  const [id, name] = attribute.parse(value)['Fn::GetAtt'];
  if (name === 'QueueName') return String(template.Resources[id]?.Properties['QueueName']);
  if (name !== 'Arn') throw new Error(`The attribute ${name} of ${id} is not resolved here.`);
  return arnOf(template, id);
}

function referred(template: Template, id: string): string {
  const resource = template.Resources[id];
  return resource?.Type === 'AWS::SQS::Queue'
    ? `https://sqs.${region}.amazonaws.com/${account}/${resource.Properties['QueueName']}`
    : id.toLowerCase();
}

function arnOf(template: Template, id: string): string {
  const resource = template.Resources[id];
  switch (resource?.Type) {
    case 'AWS::SQS::Queue':
      return `arn:aws:sqs:${region}:${account}:${resource.Properties['QueueName']}`;
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${id.toLowerCase()}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${region}:${account}:log-group:${id}:*`;
    default:
      return `arn:aws:of:${region}:${account}:${id}`;
  }
}
