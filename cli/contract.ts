import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { createCredentials } from '../lib/clients/credentials.ts';
import { createManage } from '../lib/clients/manage.ts';
import { type Connection, parseConnection } from '../lib/connection.ts';
import { createSites } from '../lib/site.ts';
import { createDoor } from './contract/door.ts';
import { markdownOf, runContract } from './contract/report.ts';
import { findPlace } from './place.ts';

const usage = `Usage: npm run contract -- --connection NAME [--stack NAME | --secret FILE] [options]
  --connection NAME  a connection of the local stack, or of the deployed one that --stack names
  --secret FILE      the connection's secret as JSON, in place of a stack
  --allow-host HOST  a ConnectWise server of your own, as in allowedHosts of the deployment
  --out NAME         writes NAME.json and NAME.md; default contract-report
  --max-calls N      1 to 200; default 60
  --pause MS         between two calls, at least 100; default 500`;

const root = join(import.meta.dirname, '..');

/** `npm run contract`: asks a real ConnectWise what nobody is sure of, by reads alone, and writes what it learned. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      connection: text,
      stack: text,
      secret: text,
      out: { type: 'string', default: 'contract-report' },
      'allow-host': text,
      'max-calls': { type: 'string', default: '60' },
      pause: { type: 'string', default: '500' },
    },
  });
  if (values.connection === undefined) throw new Error(usage);
  const { connection, allowedHosts } = await reach(values.connection, values.stack, values.secret);
  const hosts = [...allowedHosts, ...(values['allow-host'] === undefined ? [] : [values['allow-host']])];
  const { companyInfo } = createManage({ maxResponseBytes: 1_048_576, now: Date.now });
  const sites = createSites({ companyInfo, allowedHosts: hosts, now: Date.now, maxAgeMs: 0 });
  const found = await sites.find(connection, 15_000);
  if (!found.found)
    throw new Error(
      'failure' in found ? found.failure.message : 'ConnectWise cannot be asked where its API is.',
    );
  const door = createDoor({
    site: found.site,
    origin: new URL(found.site.baseUrl).origin,
    connection,
    version: loadCatalogue(join(root, '.catalogue')).version,
    send: fetch,
    sleep: setTimeout,
    pauseMs: within('pause', values.pause, 100, 60_000),
    maxCalls: within('max-calls', values['max-calls'], 1, 200),
  });
  const report = await runContract(door, new Date());
  writeFileSync(`${values.out}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${values.out}.md`, markdownOf(report));
  console.log(markdownOf(report));
  console.log(`Written to ${values.out}.json and ${values.out}.md.`);
}

async function reach(name: string, stack: string | undefined, file: string | undefined) {
  if (file !== undefined)
    return { connection: connectionIn(name, readFileSync(file, 'utf8')), allowedHosts: [] };
  const localFile = process.env['MANAGE_LOCAL_STACK'] ?? join(root, '.local', 'stack.json');
  const place = await findPlace({ stack }, localFile);
  const secret = await createCredentials(place.connectionPrefix, place.aws)(name);
  if (!secret.found) throw new Error(secret.failure.message);
  return { connection: connectionIn(name, secret.text), allowedHosts: place.allowedHosts };
}

function connectionIn(name: string, secret: string): Connection {
  const parsed = parseConnection(name, secret);
  if (parsed.found) return parsed.connection;
  throw new Error(parsed.failure.message);
}

function within(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`--${name} is '${text}'. Give a whole number from ${least} to ${most}.`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
