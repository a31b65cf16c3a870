import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How long each of the servers takes over an answer, in milliseconds. */
export interface Delays {
  readonly manageMs: number;
  /** ConnectWise's answer to the one ticket that is slow. */
  readonly slowMs: number;
  readonly sqsMs: number;
  readonly tableMs: number;
}

/** What was asked of the servers. */
export interface Counted {
  /** How often, by the name of the call; `ConnectWise` for all of its own. */
  readonly targets: Readonly<Record<string, number>>;
  /** Each SendMessageBatch: when it came, from the beginning of the count, and with how many messages. */
  readonly sends: readonly { readonly atMs: number; readonly messages: number }[];
}

/** Where the servers listen. */
export interface Listening {
  readonly awsEndpoint: string;
  readonly siteUrl: string;
  /** As PEM, for NODE_EXTRA_CA_CERTS. */
  readonly certificate: string;
}

/** What stands around a measured process: servers with canned answers, and the environment that names them. */
export interface Outside extends Listening {
  /** For a process of its own: it trusts the server, and finds the catalogue as a deployed function does. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder that goes with the servers. */
  readonly folder: string;
  close(): void;
}

const root = join(import.meta.dirname, '../..');

/** Starts the servers of server.ts in a process of their own, so that what they cost is not counted. */
export async function openOutside(delays: Delays): Promise<Outside> {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  const file = join(import.meta.dirname, 'server.ts');
  const server = spawn(process.execPath, [file, JSON.stringify(delays)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const listening: Listening = JSON.parse(await firstLine(server));
  const trusted = join(folder, 'certificate.pem');
  writeFileSync(trusted, listening.certificate);
  return {
    ...listening,
    folder,
    environment: environmentOf(listening, trusted),
    close: () => {
      server.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The server has no output.');
  const [line] = await once(createInterface(stdout), 'line');
  return line;
}

/** As infra/connector-stack.ts sets it, and as Lambda does. */
function environmentOf(
  { awsEndpoint, siteUrl }: Listening,
  trusted: string,
): Readonly<Record<string, string>> {
  const queueUrl = (name: string) => `${awsEndpoint}/000000000000/${name}`;
  return {
    NODE_EXTRA_CA_CERTS: trusted,
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_EC2_METADATA_DISABLED: 'true',
    LAMBDA_TASK_ROOT: root,
    INVOCATION_QUEUE_URL: queueUrl('invocations'),
    RESULT_QUEUE_URL: queueUrl('results'),
    DEAD_LETTER_QUEUE_URL: queueUrl('dead-letters'),
    CLAIMS_BUCKET: 'claims',
    STATE_TABLE: 'state',
    CONNECTION_PREFIX: 'bench/connections/',
    ALLOWED_HOSTS: new URL(siteUrl).host,
  };
}

/** What was asked of the servers since this was asked before. */
export async function takeCounted(awsEndpoint: string): Promise<Counted> {
  return JSON.parse(await (await fetch(`${awsEndpoint}/counted`)).text());
}
