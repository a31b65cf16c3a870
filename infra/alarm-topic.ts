import { Aws, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

/**
 * Where all alarms go. Whoever is to hear of them subscribes; an address of the deployment has to confirm once. Not encrypted by a
 * key: CloudWatch may not use the one that AWS manages, and alarms hold figures and names of the stack's own parts only.
 */
export function createAlarmTopic(scope: Construct, { alarms }: Deployment): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  // A policy of one's own takes the place of the default one, by which CloudWatch was let in.
  topic.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  if (alarms.email !== undefined) subscribe(topic, alarms.email);
  return topic;
}

function subscribe(topic: Topic, email: string): void {
  const subscription = topic.addSubscription(new EmailSubscription(email));
  Validations.of(subscription).acknowledge({
    id: 'Serverless-SNSRedrivePolicy',
    reason:
      'Whether an alarm rings stands in CloudWatch: a mail that did not arrive would wait in one more queue that nobody reads.',
  });
}
