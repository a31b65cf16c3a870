import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import cdk from '../cdk.json' with { type: 'json' };
import { parseDeployment } from '../infra/deployment.ts';
import { synthTemplate } from '../infra/template.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { readPulls } from '../pulls/reading.ts';
import type { Schedule } from '../pulls/schedule.ts';
import { createSimulator, type Simulator } from '../simulator/server.ts';
import { printResults, type Queues, runExamples } from './example-run.ts';
import { readExamples } from './examples.ts';
import { type LocalStack, startStack } from './stack.ts';
import { timetable } from './timetable.ts';
import { removeWhereabouts, type Whereabouts, writeWhereabouts } from './whereabouts.ts';

const root = join(import.meta.dirname, '..');
const whereaboutsFile = join(root, '.local', 'stack.json');
const usage = 'Usage: npm start [-- --once] [-- --port PORT]';

/** `npm start`: the whole connector on this machine. With `--once` it ends after the examples, with 1 where one went wrong. */
async function main(): Promise<void> {
  const { once, port } = options();
  const schedules = await readPulls(parseDeployment(cdk.context.connector).pulls);
  console.log('Starting the queues, the API and a simulated ConnectWise Manage on 127.0.0.1 …\n');
  const simulator = await createSimulator({
    catalogue: loadCatalogue(join(root, '.catalogue')),
    ...(port > 0 && { port: port + 2 }),
  });
  const log = openLog();
  const stack = await startStack({
    template: synthTemplate({}, schedules),
    root,
    environment: { ALLOWED_HOSTS: new URL(simulator.url).origin },
    log: log.write,
    ...(port > 0 && { ports: { aws: port, api: port + 1 } }),
  });
  for (const name of new Set(['acme', ...schedules.map(({ connection }) => connection)]))
    await createConnection(stack, simulator, name);
  const sqs = new SQSClient(stack.client);
  const queues = { invocations: stack.queueUrl('InvocationsQueue'), results: stack.queueUrl('ResultsQueue') };
  const wrong = await runExamples(sqs, queues, readExamples(join(root, 'examples')));
  if (!once) {
    writeWhereabouts(whereaboutsFile, whereaboutsOf(stack, simulator, log.file));
    printWhereabouts(stack, simulator, queues, log.file);
    printSchedules(schedules);
    stack.startSchedules(timetable);
    await printResults(stack.queue('ResultsQueue'), interruption());
    removeWhereabouts(whereaboutsFile);
  }
  await stack.close();
  await simulator.close();
  process.exitCode = once && wrong > 0 ? 1 : 0;
}

function options(): { readonly once: boolean; readonly port: number } {
  const { values } = parseArgs({
    options: { once: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
  });
  const port = Number(values.port);
  if (Number.isInteger(port) && (port === 0 || (port >= 1024 && port <= 65_533)))
    return { once: values.once, port };
  throw new Error(
    `--port is '${values.port}'. Give a whole number from 1024 to 65533, or leave it out. ${usage}`,
  );
}

/** What the functions print goes to a file, so that results are what the terminal shows. */
function openLog() {
  const folder = join(root, '.local');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'functions.log');
  const stream = createWriteStream(file);
  return { file, write: (line: string) => stream.write(`${line}\n`) };
}

/** A connection, as a user makes one: a secret below the prefix. */
async function createConnection(
  stack: LocalStack,
  { url, credentials }: Simulator,
  name: string,
): Promise<void> {
  const secret = { siteUrl: url, ...credentials, returnHttpFailureResponses: false };
  const client = new SecretsManagerClient(stack.client);
  const Name = `${stack.outputs['ConnectionPrefix']}${name}`;
  await client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(secret) }));
  client.destroy();
}

/** What `manage` reads to find this stack. */
function whereaboutsOf(stack: LocalStack, simulator: Simulator, log: string): Whereabouts {
  return {
    version: 1,
    pid: process.pid,
    apiUrl: stack.apiUrl,
    aws: stack.client,
    outputs: { ...stack.outputs },
    allowedHosts: [new URL(simulator.url).origin],
    log,
  };
}

function printWhereabouts(stack: LocalStack, simulator: Simulator, queues: Queues, logFile: string): void {
  const call = (id: string) =>
    JSON.stringify({
      version: 1,
      id,
      connection: 'acme',
      operationId: 'getServiceTickets',
      inputs: { pageSize: 1 },
    });
  const message = JSON.stringify({ QueueUrl: queues.invocations, MessageBody: call('by-queue') });
  const sqs = "-H 'content-type: application/x-amz-json-1.0' -H 'x-amz-target: AmazonSQS.SendMessage'";
  console.log(`
The API          ${stack.apiUrl}
                 curl -s ${stack.apiUrl}/invocations -H 'content-type: application/json' -d '${call('by-api')}'
                 curl -s '${stack.apiUrl}/operations?search=time+entries&limit=3'
The queues       ${queues.invocations}
                 ${queues.results} (its results are printed here, and stay for who takes them)
                 curl -s ${stack.awsEndpoint} ${sqs} -d '${message}'
AWS              ${Object.entries(stack.environment)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}
ConnectWise      ${simulator.url} (simulated; connection 'acme' leads there)
The functions    print to ${logFile}
The command line npx manage --help

Results are printed as they arrive. Press Ctrl+C to end.
`);
}

function printSchedules(schedules: readonly Schedule[]): void {
  for (const { name, expression, timeZone, enabled } of schedules)
    console.log(`The pull ${name} ${enabled ? `runs by ${expression} in ${timeZone}` : 'is switched off'}.`);
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => controller.abort());
  return controller.signal;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
