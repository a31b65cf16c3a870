import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const secured = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  // The longest that SQS keeps a message (aws.md §3): a weekend and a holiday may pass before somebody looks.
  retentionPeriod: Duration.days(14),
};

export interface QueueWithDeadLettersProps {
  /** What follows the stack's name in the queue's. */
  readonly name: string;
  readonly visibilityTimeout: Duration;
  /** How often a message is received before it goes to the dead letters. */
  readonly maxReceiveCount: number;
}

/**
 * A standard queue, encrypted and TLS-only, with a queue for its dead letters that takes them from nowhere else.
 * The names are fixed, so that the one queue can be named in the other's policy without a circle between the two.
 */
export function createQueueWithDeadLetters(
  parent: Construct,
  id: string,
  props: QueueWithDeadLettersProps,
): Queue {
  const scope = new Construct(parent, id);
  const queueName = `${Stack.of(scope).stackName}-${props.name}`;
  const queue = createDeadLetters(scope, queueName);
  return new Queue(scope, 'Queue', {
    ...secured,
    queueName,
    visibilityTimeout: props.visibilityTimeout,
    deadLetterQueue: { queue, maxReceiveCount: props.maxReceiveCount },
  });
}

function createDeadLetters(scope: Construct, sourceName: string): Queue {
  const sourceArn = Stack.of(scope).formatArn({ service: 'sqs', resource: sourceName });
  const deadLetters = new Queue(scope, 'DeadLetters', {
    ...secured,
    queueName: `${sourceName}-dead-letters`,
    redriveAllowPolicy: {
      redrivePermission: RedrivePermission.BY_QUEUE,
      sourceQueues: [Queue.fromQueueArn(scope, 'Source', sourceArn)],
    },
  });
  const reason =
    'This queue holds the dead letters of another one: what it holds waits for a person, who redrives it.';
  Validations.of(deadLetters).acknowledge(
    { id: 'AwsSolutions-SQS3', reason },
    { id: 'Serverless-SQSRedrivePolicy', reason },
  );
  return deadLetters;
}
