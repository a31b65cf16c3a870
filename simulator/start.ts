import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { readSwitches } from './contract.ts';
import type { Mode } from './options.ts';
import { createSimulator, type Simulator } from './server.ts';

/** The command line as it is typed; what each one does is said in the usage. */
const flags = {
  port: { type: 'string', default: '0' },
  catalogue: { type: 'string', default: '.catalogue' },
  mode: { type: 'string', default: 'cloud' },
  seed: { type: 'string', default: '1' },
  rows: { type: 'string', default: '40' },
  tickets: { type: 'string' },
  rate: { type: 'string' },
  mutations: { type: 'string', default: '0' },
  lag: { type: 'string', default: '0' },
  contract: { type: 'string' },
  https: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const usage = `Usage: npm run simulator -- [options]
  --port N         the port on 127.0.0.1; default: a free one
  --mode MODE      cloud (default) or self-hosted
  --seed N         makes the records; the same seed makes the same ones; default 1
  --rows N         records of a collection that is not part of the fictional company; default 40
  --tickets N      tickets of the fictional company, from 100 to 1000000
  --rate N         requests a minute before 429; default: any number
  --mutations N    changes a minute that other members make; default 0
  --lag MS         milliseconds until reads show what was written; default 0
  --contract FILE  behaves as a report of npm run contract says
  --https          speaks TLS with a certificate made at the start
  --catalogue DIR  the compiled catalogue; default .catalogue`;

/** A whole number from the command line; undefined where it was not given. */
function wholeOf(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`--${name} is '${text}'. Give a whole number from ${least} to ${most}.`);
}

function modeOf(text: string): Mode {
  if (text === 'cloud' || text === 'self-hosted') return text;
  throw new Error(`--mode is '${text}'. Give cloud or self-hosted.`);
}

/** Where the certificate lies, for clients to trust. */
function certificateFile(certificate: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'certificate.pem');
  writeFileSync(file, certificate);
  return file;
}

/** Says where the simulator is, what a connection to it needs, and how to call it and break it. */
function welcome({ url, company, credentials, certificate }: Simulator, operations: number): string {
  const trust = certificate === undefined ? undefined : certificateFile(certificate);
  const curl = trust === undefined ? 'curl -s' : `curl -s --cacert ${trust}`;
  const keys = `-u '${credentials.username}:${credentials.password}' -H 'clientId: ${credentials.clientId}'`;
  const tickets = `${url}/v4_6_release/apis/3.0/service/tickets`;
  const fault = JSON.stringify({ operation: 'GET /service/tickets', kind: 'bad-gateway' });
  return [
    `A simulated ConnectWise Manage answers ${operations} operations at ${url}`,
    '',
    `  discovery  ${url}/login/companyinfo/${company}`,
    `  siteUrl    ${url}`,
    `  username   ${credentials.username}`,
    `  password   ${credentials.password}`,
    `  clientId   ${credentials.clientId}`,
    ...(trust === undefined ? [] : [`  trust      NODE_EXTRA_CA_CERTS=${trust}`]),
    '',
    'Call it:',
    `  ${curl} ${keys} '${tickets}?pageSize=1'`,
    'Break the next call, then call it again:',
    `  ${curl} ${url}/simulator/faults -d '${fault}'`,
    'See what arrived and what was written:',
    `  ${curl} ${url}/simulator/state`,
    '',
    'It forgets everything when it ends. Press Ctrl+C to end it.',
  ].join('\n');
}

async function start(): Promise<void> {
  const { values } = parseArgs({ options: flags });
  if (values.help) {
    console.log(usage);
    return;
  }
  const catalogue = loadCatalogue(values.catalogue);
  const tickets = wholeOf('tickets', values.tickets, 100, 1_000_000);
  const lagMs = wholeOf('lag', values.lag, 0, 3_600_000) ?? 0;
  const rate = wholeOf('rate', values.rate, 1, 1_000_000);
  const learned = values.contract === undefined ? {} : readSwitches(readFileSync(values.contract, 'utf8'));
  const simulator = await createSimulator({
    ...learned,
    catalogue,
    mode: modeOf(values.mode),
    https: values.https,
    port: wholeOf('port', values.port, 0, 65_535) ?? 0,
    seed: wholeOf('seed', values.seed, 0, 2 ** 31) ?? 1,
    rows: wholeOf('rows', values.rows, 1, 100_000) ?? 40,
    writeLagMs: lagMs,
    deletionLagMs: lagMs,
    mutationsPerMinute: wholeOf('mutations', values.mutations, 0, 100_000) ?? 0,
    ...(tickets !== undefined && { tickets }),
    ...(rate !== undefined && { throttlePerMinute: rate }),
  });
  console.log(welcome(simulator, catalogue.size));
  process.once('SIGINT', () => simulator.close());
}

/** `npm run simulator [-- --port 8080]`: stays up until Ctrl+C. */
try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
