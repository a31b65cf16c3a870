/**
 * What is started, as the text of a module that exports a handler. Those beside the connector load what it cannot do without, and
 * make one call and one send by it. What one of them loads must not count for another, so each is bundled alone.
 */
export const ways = {
  'nothing at all': `export const handler = async () => {};`,
  'middy, ky and the same SDK clients': `
    import middy from 'middy';
    import ky from 'ky';
    import { SQSClient, SendMessageBatchCommand, SendMessageCommand, ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
    import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
    import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
    import { S3Client, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
    import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
    const [sqs, , secrets] = [new SQSClient({}), new DynamoDBClient({}), new SecretsManagerClient({}), new S3Client({})];
    export const used = [SendMessageCommand, ChangeMessageVisibilityCommand, GetItemCommand, PutItemCommand, GetObjectCommand, PutObjectCommand, getSignedUrl];
    const client = ky.create({ retry: 0 });
    export const handler = middy().handler(async ({ Records }) => {
      if (Records.length === 0) return;
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'bench/connections/acme' }));
      const { siteUrl, username, password, clientId } = JSON.parse(SecretString);
      const authorization = 'Basic ' + Buffer.from(username + ':' + password).toString('base64');
      const path = '/v4_6_release/apis/3.0/service/tickets/1';
      const response = await client.get(siteUrl + path, { headers: { authorization, clientId } }).json();
      const Entries = [{ Id: '0', MessageBody: JSON.stringify(response) }];
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: process.env.RESULT_QUEUE_URL, Entries }));
    });`,
  'the connector': `export { handler } from './functions/queue.ts';`,
  'connectwise-rest 1.3.0, SQS and secrets by the SDK': `
    import { ManageAPI } from 'connectwise-rest';
    import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
    import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
    const [sqs, secrets] = [new SQSClient({}), new SecretsManagerClient({})];
    export const handler = async ({ Records }) => {
      if (Records.length === 0) return;
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'bench/connections/acme' }));
      const { siteUrl, password, clientId } = JSON.parse(SecretString);
      const { ServiceAPI } = new ManageAPI({
        companyId: 'acme', companyUrl: new URL(siteUrl).host, publicKey: 'key', privateKey: password, clientId, logger: () => undefined,
      });
      const MessageBody = JSON.stringify(await ServiceAPI.getServiceTicketsById(1));
      await sqs.send(new SendMessageCommand({ QueueUrl: process.env.RESULT_QUEUE_URL, MessageBody }));
    };`,
} as const;
export type Way = keyof typeof ways;

/**
 * Runs a bundle as Lambda does and prints when it was ready and when its first result was sent, from the start of the process; and
 * the most memory it had until then. Plain JavaScript, since stripping types would be counted.
 */
export const runner = `
  const { handler } = await import(process.argv[2]);
  const event = JSON.parse(process.argv[3]);
  const context = { getRemainingTimeInMillis: () => 60000, awsRequestId: 'bench' };
  console.info = () => {};
  await handler({ Records: [] }, context);
  const readyMs = performance.now();
  const { user, system } = process.threadCpuUsage();
  const readyMb = process.resourceUsage().maxRSS / 1024;
  if (process.argv[4] === 'all') await handler(event, context);
  const readyCpuMs = (user + system) / 1000;
  const figures = { readyMs, readyCpuMs, readyMb, firstMs: performance.now(), firstMb: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(figures), () => process.exit(0));
`;

/** What runner prints, in milliseconds and megabytes. */
export interface StartFigures {
  readonly readyMs: number;
  /** Of the main thread, by then. */
  readonly readyCpuMs: number;
  readonly readyMb: number;
  readonly firstMs: number;
  readonly firstMb: number;
}
