/** A function of a small template, with a queue before it or a route to it. */
export interface SmallFunction {
  /** A file of test/local/handlers, without its ending. */
  readonly handler: string;
  readonly timeoutSeconds?: number;
  readonly source?: {
    readonly batchSize: number;
    readonly maxConcurrency?: number;
    readonly windowSeconds?: number;
  };
  readonly routes?: readonly string[];
  /** Sends this text to Work at these times. */
  readonly schedule?: { readonly expression: string; readonly body: string };
}

/** Queues Work (2 s of visibility, 3 deliveries), Dead and Done, a bucket, a table and a function, as CDK would write them. */
export function smallTemplate({
  handler,
  timeoutSeconds = 1,
  source,
  routes = [],
  schedule,
}: SmallFunction): object {
  return {
    Resources: {
      Work: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 2,
          SqsManagedSseEnabled: true,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
        },
      },
      Dead: { Type: 'AWS::SQS::Queue' },
      Done: {
        Type: 'AWS::SQS::Queue',
        Properties: { QueueName: { 'Fn::Join': ['-', [{ Ref: 'AWS::StackName' }, 'done']] } },
      },
      Claims: { Type: 'AWS::S3::Bucket' },
      Journal: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Function: smallFunction(handler, timeoutSeconds),
      Role: { Type: 'AWS::IAM::Role', Properties: { Anything: true } },
      ...(source && { Source: smallSource(source) }),
      ...(routes.length > 0 && smallApi(routes)),
      ...(schedule && { Schedule: smallSchedule(schedule) }),
    },
    Parameters: { ScheduleState: { Type: 'String', Default: 'ENABLED' } },
    Outputs: { DoneUrl: { Value: { Ref: 'Done' } } },
  };
}

function smallFunction(handler: string, timeoutSeconds: number): object {
  return {
    Type: 'AWS::Lambda::Function',
    Metadata: { entry: `test/local/handlers/${handler}.ts` },
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: timeoutSeconds,
      MemorySize: 128,
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: {
        Variables: { DONE_URL: { Ref: 'Done' }, WORK_URL: { Ref: 'Work' }, BUCKET: { Ref: 'Claims' } },
      },
    },
  };
}

function smallSource({
  batchSize,
  maxConcurrency = 4,
  windowSeconds = 0,
}: NonNullable<SmallFunction['source']>): object {
  return {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] },
      FunctionName: { Ref: 'Function' },
      BatchSize: batchSize,
      MaximumBatchingWindowInSeconds: windowSeconds,
      ScalingConfig: { MaximumConcurrency: maxConcurrency },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  };
}

function smallSchedule({ expression, body }: NonNullable<SmallFunction['schedule']>): object {
  const parts = ['{"QueueUrl":"', { Ref: 'Work' }, '","MessageBody":', JSON.stringify(body), '}'];
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: 'small',
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: { Ref: 'ScheduleState' },
      Target: {
        Arn: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:::aws-sdk:sqs:sendMessage']],
        },
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Input: { 'Fn::Join': ['', parts] },
      },
    },
  };
}

function smallApi(routes: readonly string[]): object {
  const route = (key: string, index: number) => [
    `Route${index}`,
    {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: key,
        AuthorizationType: 'AWS_IAM',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
  ];
  return {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'small' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
        PayloadFormatVersion: '2.0',
        TimeoutInMillis: 1500,
      },
    },
    ...Object.fromEntries(routes.map(route)),
  };
}
