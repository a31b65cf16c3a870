import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { createQueueWithDeadLetters, type QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** The way out. Its readers are not ours, so how long they may take, and how often they may fail, is configured. */
export function createResultQueue(scope: Construct, { resultQueue }: Deployment): QueueWithDeadLetters {
  return createQueueWithDeadLetters(scope, 'Results', {
    name: 'results',
    visibilityTimeout: Duration.seconds(resultQueue.visibilityTimeoutSeconds),
    maxReceiveCount: resultQueue.maxReceiveCount,
  });
}
