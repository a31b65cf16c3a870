import { CfnDeletionPolicy, Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  CfnQueue,
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
  RedrivePermission,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const secured = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  // The longest that SQS keeps a message (aws.md §3): a weekend and a holiday may pass before somebody looks.
  retentionPeriod: Duration.days(14),
};

/** Each group on its own, so that one that waits does not hold the others. */
const ordered: Partial<QueueProps> = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

interface QueueWithDeadLettersProps {
  /** What follows the stack's name in the queue's. */
  readonly name: string;
  readonly visibilityTimeout: Duration;
  /** How often a message is received before it goes to the dead letters. */
  readonly maxReceiveCount: number;
  /** Messages of one group are delivered one after another. */
  readonly fifo?: boolean;
}

export interface QueueWithDeadLetters {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/**
 * A queue, encrypted and TLS-only, with a queue for its dead letters that takes them from nowhere else.
 * The names are fixed, so that the one queue can be named in the other's policy without a circle between the two.
 */
export function createQueueWithDeadLetters(
  parent: Construct,
  id: string,
  { name, visibilityTimeout, maxReceiveCount, fifo = false }: QueueWithDeadLettersProps,
): QueueWithDeadLetters {
  const scope = new Construct(parent, id);
  const baseName = `${Stack.of(scope).stackName}-${name}`;
  const suffix = fifo ? '.fifo' : '';
  const order = fifo ? ordered : {};
  const sourceArn = Stack.of(scope).formatArn({ service: 'sqs', resource: `${baseName}${suffix}` });
  const deadLetters = new Queue(scope, 'DeadLetters', {
    ...secured,
    ...order,
    queueName: `${baseName}-dead-letters${suffix}`,
    redriveAllowPolicy: {
      redrivePermission: RedrivePermission.BY_QUEUE,
      sourceQueues: [Queue.fromQueueArn(scope, 'Source', sourceArn)],
    },
  });
  keepReplaced(deadLetters);
  acknowledgeNoFurther(deadLetters);
  const queue = new Queue(scope, 'Queue', {
    ...secured,
    ...order,
    queueName: `${baseName}${suffix}`,
    visibilityTimeout,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount },
  });
  keepReplaced(queue);
  return { queue, deadLetters };
}

/** A queue for dead letters that come from no queue: no queue may name it as its own. */
export function createDeadLetters(scope: Construct, id: string, name: string): Queue {
  const deadLetters = new Queue(scope, id, {
    ...secured,
    queueName: `${Stack.of(scope).stackName}-${name}`,
    redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
  });
  keepReplaced(deadLetters);
  acknowledgeNoFurther(deadLetters);
  return deadLetters;
}

/**
 * A queue that another takes the place of, as `fifo` does, stays with the messages that are in it. Removing the stack takes its
 * queues all the same: their names are fixed, so that one that stayed would stop the next deployment.
 */
function keepReplaced(queue: Queue): void {
  const resource = queue.node.defaultChild;
  if (!(resource instanceof CfnQueue)) throw new Error(`${queue.node.path} is no resource of its own.`);
  resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
}

function acknowledgeNoFurther(deadLetters: Queue): void {
  const reason = 'This queue holds dead letters: what it holds waits for a person, who sends it back.';
  Validations.of(deadLetters).acknowledge(
    { id: 'AwsSolutions-SQS3', reason },
    { id: 'Serverless-SQSRedrivePolicy', reason },
  );
}
