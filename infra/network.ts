import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Access } from './access.ts';

/** What Lambda does with a function's role to put the function into a network: as AWSLambdaVPCAccessExecutionRole has it. */
const interfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Lets Lambda attach a function to a network. EC2 knows no resource for most of it, so it is allowed on all; and it is denied to the
 * function's own code, whose calls alone carry the function's ARN (Lambda Developer Guide, "Using VPC settings", lambda:SourceFunctionArn).
 */
export function attachToNetwork(stack: Stack): readonly Access[] {
  const anyFunction = stack.formatArn({ service: 'lambda', resource: 'function:*' });
  return [
    {
      statement: new PolicyStatement({ actions: interfaceActions, resources: ['*'] }),
      wildcard: {
        resource: '*',
        reason:
          'Lambda puts the function into its network by this; the statement after it keeps the code from it.',
      },
    },
    {
      statement: new PolicyStatement({
        effect: Effect.DENY,
        actions: interfaceActions,
        resources: ['*'],
        conditions: { ArnLike: { 'lambda:SourceFunctionArn': anyFunction } },
      }),
    },
  ];
}
