import { type Stack, Token } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** One thing that a function may do. Exact, because CDK's own grants also list, abort and read attributes (aws.md trap 16). */
export interface Access {
  readonly statement: PolicyStatement;
  /** Where the statement's resource ends in a wildcard: the resource as cdk-nag prints it, and why it has to. */
  readonly wildcard?: { readonly resource: string; readonly reason: string };
}

/** What an event source needs of its queue, and the function itself to let a message rest. */
export const receiveFrom = ({ queueArn }: Queue): Access =>
  allow(
    queueArn,
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:ChangeMessageVisibility',
    'sqs:GetQueueAttributes',
  );

export const sendTo = ({ queueArn }: Queue): Access => allow(queueArn, 'sqs:SendMessage');

/** One item at a time, by its key: nothing can list what the table holds. The governor's counters are updated. */
export const keepState = ({ tableArn }: Table): Access =>
  allow(tableArn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');

/** The items whose keys are of one kind, read one at a time. */
export const readItems = (table: Table, keys: string): Access => onItems(table, keys, 'dynamodb:GetItem');

export const keepItems = (table: Table, keys: string): Access => onItems(table, keys, 'dynamodb:PutItem');

const onItems = ({ tableArn }: Table, keys: string, ...actions: string[]): Access => ({
  statement: new PolicyStatement({
    actions,
    resources: [tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [keys] } },
  }),
});

export const putResults = (bucket: Bucket): Access => onResults(bucket, 's3:PutObject');

/** A presigned link can do what its signer may: who hands out links to results must be allowed to read them. */
export const putAndGetResults = (bucket: Bucket): Access => onResults(bucket, 's3:PutObject', 's3:GetObject');

export const putExports = (bucket: Bucket): Access =>
  onObjects(bucket, 'exports/*', 'The keys of exports are made of connections and ids.', 's3:PutObject');

/** What checkpoints remember is written and read again. */
export const keepSnapshots = (bucket: Bucket): Access =>
  onObjects(
    bucket,
    'checkpoints/*',
    'The keys of snapshots are made of their content.',
    's3:PutObject',
    's3:GetObject',
  );

const onResults = (bucket: Bucket, ...actions: string[]): Access =>
  onObjects(bucket, 'results/*', 'The keys of results are made of their content.', ...actions);

function onObjects(bucket: Bucket, keys: string, why: string, ...actions: string[]): Access {
  const resource = bucket.node.defaultChild;
  const printed = CfnBucket.isCfnBucket(resource) ? bucket.stack.getLogicalId(resource) : '';
  return {
    ...allow(bucket.arnForObjects(keys), ...actions),
    wildcard: { resource: `<${printed}.Arn>/${keys}`, reason: `${why} Only the prefix is known beforehand.` },
  };
}

/** The wildcard also lets a secret that is missing be told from one that is forbidden: its ARN has no random end. */
export function readConnections(stack: Stack, prefix: string): Access {
  const resource = `secret:${prefix}*`;
  const reason =
    'Connections are added after the deployment, and Secrets Manager ends the ARN of each in random characters.';
  return {
    ...allow(stack.formatArn({ service: 'secretsmanager', resource }), 'secretsmanager:GetSecretValue'),
    wildcard: {
      resource: `arn:${printed(stack.partition, 'Partition')}:secretsmanager:${printed(stack.region, 'Region')}:${printed(stack.account, 'AccountId')}:${resource}`,
      reason,
    },
  };
}

/** As cdk-nag prints what is only known where the stack is deployed. */
const printed = (value: string, name: string): string =>
  Token.isUnresolved(value) ? `<AWS::${name}>` : value;

export const allow = (resource: string, ...actions: string[]): Access => ({
  statement: new PolicyStatement({ actions, resources: [resource] }),
});
