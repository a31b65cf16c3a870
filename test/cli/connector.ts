import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { SQSClient } from '@aws-sdk/client-sqs';
import picocolors from 'picocolors';
import { inject } from 'vitest';
import * as z from 'zod/mini';
import { run } from '../../cli/program.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { handler as apiHandler } from '../../functions/api.ts';
import { handler as callbackHandler } from '../../functions/callbacks.ts';
import { handler as queueHandler } from '../../functions/queue.ts';
import { startEventSource } from '../../local/event-source.ts';
import { startHttpFront } from '../../local/http-front.ts';
import type { Lambda } from '../../local/lambda-host.ts';
import { queueArn } from '../../local/queues.ts';
import { accessKey, region } from '../../local/region.ts';
import { queueUrl } from '../../local/sqs.ts';
import { writeWhereabouts } from '../../local/whereabouts.ts';
import { contextOf, type Doors, openDoors } from '../functions/doors.ts';

/** A connector with its API behind a local HTTP front, and a folder to work in. */
export interface Connector {
  readonly doors: Doors;
  readonly folder: string;
  /** Where it says where it is, for a command that is a process of its own. */
  readonly localFile: string;
  /** Where its API answers. */
  readonly apiUrl: string;
  /** The outputs of its stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The Authorization header of each call of the API. */
  readonly authorizations: readonly string[];
  /** Runs a command line as `manage` does. */
  manage(words: readonly string[], seat?: Seat): Promise<Ran>;
  /** Puts a message on a queue, with why it is a dead letter where it is one. */
  put(queue: 'results' | 'dead-letters', body: string, why?: string): void;
  /** Lets the queue be worked on until the returned function is called. */
  work(): () => Promise<void>;
  close(): Promise<void>;
}

/** Who sits before the terminal. */
export interface Seat {
  /** What is piped in. */
  readonly input?: string;
  /** What is typed when something is asked, in turn. */
  readonly typed?: readonly string[];
  readonly interrupted?: AbortSignal;
  readonly isWatched?: boolean;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was asked for without showing it. */
  readonly hidden: readonly string[];
}

export async function openConnector(): Promise<Connector> {
  const doors = await openDoors();
  await doors.connect('acme');
  const front = await startHttpFront({ log: console.error });
  const authorizations: string[] = [];
  const lambda = inProcess((event) => {
    authorizations.push(authorizationIn(event));
    return Reflect.apply(apiHandler, undefined, [event, contextOf()]);
  });
  const routes = [
    'POST /connections/{connection}/invocations',
    'GET /connections/{connection}/invocations/{id}',
    'GET /operations',
    'GET /operations/{operationId}',
    'GET /connections/{connection}/checkpoints/{name}',
    'PUT /connections/{connection}/checkpoints/{name}',
    'DELETE /connections/{connection}/checkpoints/{name}',
    'GET /connections/{connection}/callbacks',
    'PUT /connections/{connection}/callbacks',
    'POST /mcp',
    'POST /connections/{connection}/mcp',
    'GET /mcp',
  ];
  const callbacks = inProcess((event) => Reflect.apply(callbackHandler, undefined, [event, contextOf()]));
  front.serve([
    ...routes.map((key) => ({ key, target: { lambda, timeoutMs: 30_000 } })),
    { key: 'POST /callbacks/{connection}/{name}/{token}', target: { lambda: callbacks, timeoutMs: 5_000 } },
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'manage-'));
  const localFile = join(folder, '.local', 'stack.json');
  const url = (name: string) => queueUrl(doors.gateway.endpoint, name);
  const outputs = {
    ApiUrl: front.url,
    InvocationQueueUrl: url('invocations'),
    ResultQueueUrl: url('results'),
    DeadLetterQueueUrl: url('dead-letters'),
    ConnectionPrefix: 'test/connections/',
    CallbackUrl: front.url,
  };
  writeWhereabouts(localFile, {
    version: 1,
    pid: process.pid,
    apiUrl: front.url,
    aws: { endpoint: doors.gateway.endpoint, region, credentials: { ...accessKey } },
    outputs,
    allowedHosts: [new URL(doors.simulator.url).origin],
    log: join(folder, 'functions.log'),
  });
  const catalogueFolder = join(inject('taskRoot'), '.catalogue/');
  return {
    doors,
    folder,
    localFile,
    outputs,
    authorizations,
    apiUrl: front.url,
    manage: async (words, seat = {}) => {
      const { terminal, ran } = seatAt(seat);
      const code = await run(words, { terminal, localFile, catalogueFolder });
      return { code, ...ran() };
    },
    put: (queue, body, why) => {
      const attributes = why === undefined ? {} : { why: { DataType: 'String', StringValue: why } };
      doors.gateway.queues.find(queue)?.send({ body, attributes, group: undefined, delaySeconds: undefined });
    },
    work: () => work(doors),
    close: async () => {
      await Promise.all([front.close(), doors.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const authorizedSchema = z.object({ headers: z.object({ authorization: z.optional(z.string()) }) });
const authorizationIn = (event: unknown) => authorizedSchema.parse(event).headers.authorization ?? '';

function work(doors: Doors): () => Promise<void> {
  const sqs = new SQSClient({ endpoint: doors.gateway.endpoint, region, credentials: accessKey });
  const settings = {
    queueUrl: queueUrl(doors.gateway.endpoint, 'invocations'),
    queueArn: queueArn('invocations'),
    batchSize: 10,
    windowSeconds: 0,
    maxConcurrency: 2,
    reportsItemFailures: true,
  };
  const lambda = inProcess((event) => Reflect.apply(queueHandler, undefined, [event, contextOf()]));
  const source = startEventSource(settings, lambda, sqs, console.error);
  return async () => {
    await source.stop();
    sqs.destroy();
  };
}

/** A function that runs here and not in a thread: the rest of the machine is as it is. */
const inProcess = (handle: (event: unknown) => unknown): Lambda => ({
  timeoutMs: 30_000,
  invoke: async (event) => ({ succeeded: true, text: JSON.stringify(await handle(event)) }),
  close: async () => {},
});

/** A terminal whose lines can be read. */
function seatAt({ input = '', typed = [], interrupted, isWatched = false }: Seat) {
  const out: string[] = [];
  const err: string[] = [];
  const hidden: string[] = [];
  const answers = [...typed];
  const terminal: Terminal = {
    print: (text) => out.push(text),
    note: (text) => err.push(text),
    progress: () => {},
    isWatched,
    colours: picocolors.createColors(false),
    input: Readable.from([input]),
    ask: async (question, options) => {
      if (options.hidden) hidden.push(question);
      return answers.shift() ?? '';
    },
    interrupted: interrupted ?? new AbortController().signal,
  };
  return { terminal, ran: () => ({ out: out.join('\n'), err: err.join('\n'), hidden }) };
}
