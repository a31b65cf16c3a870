import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Access, allow } from './access.ts';
import { type Beside, bundling } from './bundling.ts';

export interface ConnectorFunctionProps {
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
    bundling: bundling(root, props.beside ?? 'catalogue'),
    architecture: Architecture.ARM_64,
    runtime: Runtime.NODEJS_24_X,
    memorySize,
    timeout: props.timeout,
    environment: { ...props.environment },
    role: createRole(scope, [writeTo(logGroup), ...props.access]),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
  });
  nameEntry(lambda, props.entry);
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

/** Lets a reader of the template find the source: the local stack runs that in place of the bundle. */
function nameEntry(lambda: NodejsFunction, entry: string): void {
  const resource = lambda.node.defaultChild;
  if (CfnFunction.isCfnFunction(resource)) resource.addMetadata('entry', entry);
}
