import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { createQueueWithDeadLetters, type QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/**
 * The most that SQS takes. A message that waits for a rate limit is received once for every wait, so a low count would make dead
 * letters of a busy hour. The function itself gives up what came back ten times without having rested, and says why
 * (functions/deliveries.ts): this is only the net below it.
 */
const maxReceiveCount = 1_000;

/** The way in. @param functionTimeout of the function that reads it: AWS asks for a visibility of six times that. */
export function createInvocationQueue(
  scope: Construct,
  functionTimeout: Duration,
  { fifo }: Deployment,
): QueueWithDeadLetters {
  return createQueueWithDeadLetters(scope, 'Invocations', {
    name: 'invocations',
    visibilityTimeout: Duration.seconds(6 * functionTimeout.toSeconds()),
    maxReceiveCount,
    fifo,
  });
}
