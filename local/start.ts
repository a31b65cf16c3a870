import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import cdk from '../cdk.json' with { type: 'json' };
import { parseDeployment } from '../infra/deployment.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { readPulls } from '../pulls/reading.ts';
import type { Schedule } from '../pulls/schedule.ts';
import { type Connector, root, startConnector } from './connector.ts';
import { openConsole } from './console-front.ts';
import { printResults, runExamples } from './example-run.ts';
import { readExamples } from './examples.ts';
import { timetable } from './timetable.ts';
import { removeWhereabouts, whereaboutsOf, writeWhereabouts } from './whereabouts.ts';

const whereaboutsFile = join(root, '.local', 'stack.json');
const usage = 'Usage: npm start [-- --once] [-- --port PORT] [-- --rows N] [-- --tickets N]';

/** `npm start`: the whole connector on this machine. With `--once` it ends after the examples, with 1 where one went wrong. */
async function main(): Promise<void> {
  const { once, port, size } = options();
  const schedules = await readPulls(parseDeployment(cdk.context.connector).pulls);
  console.log('Starting the queues, the API and a simulated ConnectWise Manage on 127.0.0.1 …\n');
  const catalogue = loadCatalogue(join(root, '.catalogue'));
  const log = openLog();
  const connector = await startConnector({ catalogue, schedules, port, size, log: log.write });
  const { stack, queues, sqs } = connector;
  // Before the examples, so that their results are the first that it shows.
  const page = once
    ? undefined
    : await openConsole({ stack, catalogue, log: log.write, port: port > 0 ? port + 3 : undefined });
  const wrong = await runExamples(sqs, queues, readExamples(join(root, 'examples')));
  if (page) {
    writeWhereabouts(whereaboutsFile, whereaboutsOf(connector, log.file));
    printWhereabouts(connector, log.file, page.url);
    printSchedules(schedules);
    stack.startSchedules(timetable);
    await printResults(stack.queue('ResultsQueue'), interruption());
    removeWhereabouts(whereaboutsFile);
    await page.close();
  }
  await connector.close();
  process.exitCode = once && wrong > 0 ? 1 : 0;
}

function options() {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string' },
      rows: { type: 'string' },
      tickets: { type: 'string' },
    },
  });
  const rows = wholeOf('rows', values.rows, 1, 100_000);
  const tickets = wholeOf('tickets', values.tickets, 100, 1_000_000);
  return {
    once: values.once,
    port: values.port === '0' ? 0 : (wholeOf('port', values.port, 1024, 65_532) ?? 0),
    size: { ...(rows !== undefined && { rows }), ...(tickets !== undefined && { tickets }) },
  };
}

function wholeOf(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(
    `--${name} is '${text}'. Give a whole number from ${least} to ${most}, or leave it out. ${usage}`,
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

function printWhereabouts(
  { stack, simulator, queues }: Connector,
  logFile: string,
  consoleUrl: string,
): void {
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
The console      ${consoleUrl} (open it in a browser)
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
