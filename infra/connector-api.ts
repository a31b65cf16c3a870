import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
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
import { addCallbackRoute, callbackRoute } from './callback-function.ts';
import type { Deployment } from './deployment.ts';
import { createDomain } from './domain.ts';

/** What is done for one connection: below `/connections/{connection}`, where IAM can tell them apart, and below the root. */
const ofConnection = [
  [HttpMethod.POST, '/invocations'],
  [HttpMethod.GET, '/invocations/{id}'],
  [HttpMethod.GET, '/checkpoints/{name}'],
  [HttpMethod.PUT, '/checkpoints/{name}'],
  [HttpMethod.DELETE, '/checkpoints/{name}'],
  [HttpMethod.GET, '/callbacks'],
  [HttpMethod.PUT, '/callbacks'],
  [HttpMethod.POST, '/mcp'],
  [HttpMethod.GET, '/mcp'],
] as const;

const ofCatalogue = [
  [HttpMethod.GET, '/operations'],
  [HttpMethod.GET, '/operations/{operationId}'],
  [HttpMethod.GET, '/openapi.json'],
] as const;

/** The routes, in the order of the documentation. Each is authorised: but for that of callbacks, the API has no other way in. */
function routesOf({ connectionPathsOnly }: Deployment): readonly (readonly [HttpMethod, string])[] {
  const below = ofConnection.map(([method, path]) => [method, `/connections/{connection}${path}`] as const);
  return [...(connectionPathsOnly ? [] : ofConnection), ...below, ...ofCatalogue];
}

/** One connection of ConnectWise takes far less; this bounds what a runaway caller can cost. */
const throttle = { rateLimit: 50, burstLimit: 100 };

/** What nobody does often, and what costs most for each call: a few a second of every such route. */
const rarely = { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 };
const isRare = (method: HttpMethod, path: string) =>
  path === '/openapi.json' ||
  (/\/(?:checkpoints\/\{name\}|callbacks)$/.test(path) && method !== HttpMethod.GET);

/** ConnectWise sends again what is answered 429 (connectwise-api.md §9.4.9). */
const ofCallbacks = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 };

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

/** Functions beside the one that answers the API, where they are asked for. */
interface Others {
  readonly console: NodejsFunction | undefined;
  readonly callbacks: NodejsFunction | undefined;
}

/** The synchronous way in: an HTTP API in front of one function, and of others where there are some. */
export function createConnectorApi(
  parent: Construct,
  lambda: NodejsFunction,
  deployment: Deployment,
  others: Others,
): HttpApi {
  const scope = new Construct(parent, 'Api');
  const api = new HttpApi(scope, 'HttpApi', {
    apiName: deployment.stackName,
    description: 'Runs operations of ConnectWise Manage and describes them.',
    defaultAuthorizer: createAuthorizer(deployment),
    createDefaultStage: false,
  });
  const integration = new HttpLambdaIntegration('Function', lambda, { timeout: apiTimeout });
  const routes = routesOf(deployment);
  const added = routes.flatMap(([method, path]) => api.addRoutes({ path, methods: [method], integration }));
  if (others.console) addConsole(api, others.console);
  const callbacks = others.callbacks ? addCallbackRoute(api, others.callbacks) : [];
  const destination = new LogGroup(scope, 'AccessLog', {
    retention: deployment.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const stage = new HttpStage(scope, 'Stage', {
    httpApi: api,
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(destination),
      format: AccessLogFormat.custom(JSON.stringify(accessLog)),
    },
  });
  throttleRoutes(stage, routes, callbacks.length > 0);
  createDomain(Stack.of(scope), stage, deployment);
  // A stage that limits a route before that route is there fails to deploy.
  stage.node.addDependency(...added, ...callbacks);
  return api;
}

/** The console stands beside the API and behind the same authoriser: its page calls the routes above. */
function addConsole(api: HttpApi, lambda: NodejsFunction): void {
  const integration = new HttpLambdaIntegration('Console', lambda);
  for (const path of ['/console', '/console/{path+}'])
    api.addRoutes({ path, methods: [HttpMethod.GET], integration });
}

function throttleRoutes(
  stage: HttpStage,
  routes: ReturnType<typeof routesOf>,
  takesCallbacks: boolean,
): void {
  const resource = stage.node.defaultChild;
  if (!(resource instanceof CfnStage)) throw new Error('The stage of the API is no resource of its own.');
  const rare = routes.filter(([method, path]) => isRare(method, path));
  resource.routeSettings = {
    ...Object.fromEntries(rare.map(([method, path]) => [`${method} ${path}`, rarely])),
    ...(takesCallbacks && { [`POST ${callbackRoute}`]: ofCallbacks }),
  };
}

function createAuthorizer({ jwt }: Deployment): IHttpRouteAuthorizer {
  return jwt
    ? new HttpJwtAuthorizer('Jwt', jwt.issuer, { jwtAudience: jwt.audience })
    : new HttpIamAuthorizer();
}
