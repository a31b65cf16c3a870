import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Access, allow } from './access.ts';
import { type Beside, bundling } from './bundling.ts';
import type { Deployment } from './deployment.ts';
import { attachToNetwork } from './network.ts';

interface ConnectorFunctionProps {
  readonly description: string;
  /** The source file, relative to the repository's root. */
  readonly entry: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** All that the function may do, but for writing its own log. */
  readonly access: readonly Access[];
  readonly logRetention: RetentionDays;
  /** What lies beside its code; the catalogue unless told. */
  readonly beside?: Beside;
  /** As limits.ts names it; lies beside its code as well. */
  readonly limitsFile?: string | undefined;
  /** The network that it runs in; outside of any unless told. */
  readonly vpc?: Deployment['vpc'];
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** The connector waits for ConnectWise most of its time: more memory would raise the bill and save little (performance.md §6). */
const memorySize = 512;

/** A function with a role and a log group of its own; the role grows by nothing that is not written in `access`. */
export function createConnectorFunction(
  parent: Construct,
  id: string,
  props: ConnectorFunctionProps,
): NodejsFunction {
  const scope = new Construct(parent, id);
  const logGroup = new LogGroup(scope, 'Log', {
    retention: props.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const lambda = new NodejsFunction(scope, 'Function', {
    description: props.description,
    entry: `${root}${props.entry}`,
    projectRoot: root,
    depsLockFilePath: `${root}package-lock.json`,
    bundling: bundling(root, props.beside ?? 'catalogue', props.limitsFile),
    architecture: Architecture.ARM_64,
    runtime: Runtime.NODEJS_24_X,
    memorySize,
    timeout: props.timeout,
    environment: { ...props.environment },
    role: createRole(scope, [
      writeTo(logGroup),
      ...props.access,
      ...(props.vpc ? attachToNetwork(Stack.of(scope)) : []),
    ]),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
  });
  shape(lambda, props);
  acknowledgeGaps(lambda);
  return lambda;
}

/**
 * The policies are inline, so the role never exists without them, and later grants are ignored: what CDK's event sources
 * and grant methods would add is broader than what the function needs.
 */
function createRole(scope: Construct, access: readonly Access[]): IRole {
  const statements = access.map(({ statement }) => statement);
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { connector: new PolicyDocument({ statements }) },
  });
  for (const { wildcard } of access) {
    if (!wildcard) continue;
    const id = `AwsSolutions-IAM5[Resource::${wildcard.resource}]`;
    Validations.of(role).acknowledge({ id, reason: wildcard.reason });
    if (wildcard.resource === '*')
      Validations.of(role).acknowledge({ id: 'Serverless-LambdaStarPermissions', reason: wildcard.reason });
  }
  return role.withoutPolicyUpdates();
}

const writeTo = ({ logGroupArn }: LogGroup): Access =>
  allow(logGroupArn, 'logs:CreateLogStream', 'logs:PutLogEvents');

function acknowledgeGaps(lambda: NodejsFunction): void {
  Validations.of(lambda).acknowledge(
    {
      id: 'Serverless-LambdaDLQ',
      reason:
        'Nobody invokes this function asynchronously: a queue keeps what failed, and a caller of the API is told.',
    },
    {
      id: 'Serverless-LambdaTracing',
      reason:
        'X-Ray asks for a permission on every resource, and the log already tells how long each invocation took.',
    },
  );
}

function shape(lambda: NodejsFunction, { entry, vpc }: ConnectorFunctionProps): void {
  const resource = lambda.node.defaultChild;
  if (!CfnFunction.isCfnFunction(resource)) throw new Error(`${entry} is no function of its own.`);
  // Lets a reader of the template find the source: the local stack runs that in place of the bundle.
  resource.addMetadata('entry', entry);
  // By id alone: what CDK calls a network it has to look up in the account, and it would add to the role.
  if (vpc)
    resource.vpcConfig = { subnetIds: [...vpc.subnetIds], securityGroupIds: [...vpc.securityGroupIds] };
}
