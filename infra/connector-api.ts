import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

/** The routes, in the order of the documentation. Each is authorised: the API has no other way in. */
const routes = [
  [HttpMethod.POST, '/invocations'],
  [HttpMethod.GET, '/invocations/{id}'],
  [HttpMethod.GET, '/operations'],
  [HttpMethod.GET, '/operations/{operationId}'],
  [HttpMethod.GET, '/checkpoints/{name}'],
  [HttpMethod.PUT, '/checkpoints/{name}'],
  [HttpMethod.DELETE, '/checkpoints/{name}'],
  [HttpMethod.GET, '/openapi.json'],
] as const;

/** One connection of ConnectWise takes far less; this bounds what a runaway caller can cost. */
const throttle = { rateLimit: 50, burstLimit: 100 };

/** The longest that CDK lets an HTTP API wait for its function (aws.md §2); the function ends with it. */
export const apiTimeout = Duration.seconds(29);

/** What a request was, who sent it and how it ended; never a header or a body, which may hold a token or customer data. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  sourceIp: '$context.identity.sourceIp',
  userArn: '$context.identity.userArn',
  subject: '$context.authorizer.claims.sub',
  error: '$context.error.message',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
};

/** The synchronous way in: an HTTP API in front of one function, and of the console's where there is one. */
export function createConnectorApi(
  parent: Construct,
  lambda: NodejsFunction,
  deployment: Deployment,
  consoleLambda?: NodejsFunction,
): HttpApi {
  const scope = new Construct(parent, 'Api');
  const api = new HttpApi(scope, 'HttpApi', {
    apiName: deployment.stackName,
    description: 'Runs operations of ConnectWise Manage and describes them.',
    defaultAuthorizer: createAuthorizer(deployment),
    createDefaultStage: false,
  });
  const integration = new HttpLambdaIntegration('Function', lambda, { timeout: apiTimeout });
  for (const [method, path] of routes) api.addRoutes({ path, methods: [method], integration });
  if (consoleLambda) addConsole(api, consoleLambda);
  const destination = new LogGroup(scope, 'AccessLog', {
    retention: deployment.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new HttpStage(scope, 'Stage', {
    httpApi: api,
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(destination),
      format: AccessLogFormat.custom(JSON.stringify(accessLog)),
    },
  });
  return api;
}

/** The console stands beside the API and behind the same authoriser: its page calls the routes above. */
function addConsole(api: HttpApi, lambda: NodejsFunction): void {
  const integration = new HttpLambdaIntegration('Console', lambda);
  for (const path of ['/console', '/console/{path+}'])
    api.addRoutes({ path, methods: [HttpMethod.GET], integration });
}

function createAuthorizer({ jwt }: Deployment): IHttpRouteAuthorizer {
  return jwt
    ? new HttpJwtAuthorizer('Jwt', jwt.issuer, { jwtAudience: jwt.audience })
    : new HttpIamAuthorizer();
}
