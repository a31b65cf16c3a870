import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { createQueueWithDeadLetters } from './queue-with-dead-letters.ts';

/**
 * A message that waits for a rate limit is received once for every wait, of 30 seconds or more: with a low count, a busy
 * quarter of an hour would make dead letters. The price: what crashes the function every time needs 20 x 12 minutes to
 * become one. What fails for good is answered and deleted, and never gets there.
 */
const maxReceiveCount = 20;

/** The way in. @param functionTimeout of the function that reads it: AWS asks for a visibility of six times that. */
export function createInvocationQueue(scope: Construct, functionTimeout: Duration): Queue {
  return createQueueWithDeadLetters(scope, 'Invocations', {
    name: 'invocations',
    visibilityTimeout: Duration.seconds(6 * functionTimeout.toSeconds()),
    maxReceiveCount,
  });
}
