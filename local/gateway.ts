import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AwsAnswer, type AwsCall, answerJsonCall } from './aws-call.ts';
import { listenLocally } from './listening.ts';
import { createObjects, type Objects } from './objects.ts';
import { createQueues, type Queues } from './queues.ts';
import { createSecrets } from './secrets.ts';
import { createSqs } from './sqs.ts';
import { createTables, type Tables } from './tables.ts';

/** Objects are kept whole in memory; S3 itself takes up to 5 GB in one request. */
const maxBodyBytes = 256 * 1_048_576;

/** All emulated services behind one address: what `AWS_ENDPOINT_URL` is set to. */
export interface Gateway {
  readonly endpoint: string;
  readonly queues: Queues;
  readonly objects: Objects;
  readonly tables: Tables;
  close(): Promise<void>;
}

/**
 * @param options.port a free one unless told.
 * @param options.log is told of a fault of the emulators themselves.
 */
export async function startGateway(options: {
  readonly port?: number | undefined;
  readonly now: () => number;
  readonly log: (line: string) => void;
}): Promise<Gateway> {
  const { url: endpoint, serve, close } = await listenLocally(options.port, options.log);
  const queues = createQueues(options.now);
  const sqs = createSqs(queues, endpoint);
  const secrets = createSecrets(options.now);
  const objects = createObjects(options.now);
  const tables = createTables();
  serve(async (request, response) => {
    const call = await readCall(request, response);
    if (!call) return void response.writeHead(413).end();
    const [service] = String(call.headers['x-amz-target'] ?? 's3').split('.');
    switch (service) {
      case 'AmazonSQS':
        return send(response, await answerJsonCall(sqs, call));
      case 'secretsmanager':
        return send(response, await answerJsonCall(secrets, call));
      case 'DynamoDB_20120810':
        return tables.answer(call, response);
      case 's3':
        return send(response, objects.answer(call));
      default:
        return void response.writeHead(501).end(`The service ${service} is not emulated.`);
    }
  });
  return { endpoint, queues, objects, tables, close };
}

/** @returns undefined where the body is too large to keep. */
async function readCall(request: IncomingMessage, response: ServerResponse): Promise<AwsCall | undefined> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  const { method = 'GET', url = '/', headers } = request;
  return { method, url, headers, body: Buffer.concat(chunks), signal: gone.signal };
}

function send(response: ServerResponse, { status, headers, body }: AwsAnswer): void {
  response.writeHead(status, headers).end(body);
}
