import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, HttpNoneAuthorizer, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { keepItems, readItems, sendTo } from './access.ts';
import { createConnectorFunction } from './connector-function.ts';
import type { Deployment } from './deployment.ts';

/** ConnectWise waits no longer for an answer (connectwise-api.md §9.4.9). */
const timeout = Duration.seconds(5);

/** Where ConnectWise calls. The token is a part of the path, which the access log does not hold. */
export const callbackRoute = '/callbacks/{connection}/{name}/{token}';

interface CallbackStores {
  readonly invocations: Queue;
  readonly results: Queue;
  readonly state: Table;
}

/**
 * Takes the callbacks of ConnectWise. Whoever finds its address can call it, so it may do less than any other: it reads no secret, and
 * cannot write what the journal holds.
 */
export function createCallbackFunction(
  stack: Stack,
  { invocations, results, state }: CallbackStores,
  { logRetentionDays, vpc }: Deployment,
): NodejsFunction {
  return createConnectorFunction(stack, 'CallbackFunction', {
    description: 'Takes callbacks that ConnectWise signed, and puts them on a queue.',
    entry: 'functions/callbacks.ts',
    timeout,
    environment: {
      INVOCATION_QUEUE_URL: invocations.queueUrl,
      RESULT_QUEUE_URL: results.queueUrl,
      STATE_TABLE: state.tableName,
    },
    access: [
      sendTo(invocations),
      sendTo(results),
      readItems(state, 'callbacks/*'),
      keepItems(state, 'callbacks/events/*'),
    ],
    logRetention: logRetentionDays,
    vpc,
    beside: 'nothing',
  });
}

/** The one route that nobody is authorised for: ConnectWise can sign what it sends, and cannot sign in. */
export function addCallbackRoute(api: HttpApi, lambda: NodejsFunction): readonly HttpRoute[] {
  const integration = new HttpLambdaIntegration('Callbacks', lambda, { timeout });
  const routes = api.addRoutes({
    path: callbackRoute,
    methods: [HttpMethod.POST],
    integration,
    authorizer: new HttpNoneAuthorizer(),
  });
  for (const route of routes)
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'ConnectWise cannot sign in: the function takes only what bears the token of its address and the signature of ConnectWise.',
    });
  return routes;
}
