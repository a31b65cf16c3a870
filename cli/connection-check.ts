import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Operation } from '../lib/catalogue/operation.ts';
import type { Manage } from '../lib/clients/manage.ts';
import { type Connection, type ConnectionsParts, parseConnection } from '../lib/connection.ts';
import { destructionOf } from '../lib/destruction.ts';
import { idleEntries, prohibition } from '../lib/policy.ts';
import { type ManageRequest, writes } from '../lib/request.ts';
import { errorOf, isSuccess, type Sent, textOf } from '../lib/response.ts';
import { createSites, type Site } from '../lib/site.ts';
import { CommandFailed } from './ending.ts';

interface CheckParts {
  readonly readSecret: ConnectionsParts['readSecret'];
  readonly manage: Manage;
  readonly allowedHosts: readonly string[];
  /** Tells which model ConnectWise is asked for, and what the connection's policy means. */
  readonly catalogue: Pick<Catalogue, 'version' | 'all'>;
  readonly now: () => number;
}

/** What a connection can do, seen by trying. */
export interface Checked {
  readonly site: string;
  readonly company: string;
  /** Of ConnectWise, such as v2026.1; undefined where it does not say. */
  readonly version: string | undefined;
  /** How far ConnectWise's clock is ahead, by its Date header: whole seconds, so less than two mean nothing. */
  readonly clockAheadMs: number | undefined;
  readonly reads: readonly Read[];
  /** What its policy lets out; undefined where it has none. */
  readonly writes: Permitted | undefined;
}

/** How many of the operations that write may go out by a connection. */
interface Permitted {
  readonly allowed: number;
  readonly all: number;
  /** Of those that may: how many destroy. */
  readonly destructive: number;
  /** What in the policy has no effect, a sentence each. */
  readonly idle: readonly string[];
}

interface Read {
  readonly operation: string;
  readonly status: string;
  /** Why it was refused. */
  readonly why: string | undefined;
}

/** One read of each module that integrations use; each has a right of its own in a security role. */
const reads = [
  '/system/info',
  '/system/members',
  '/company/companies',
  '/company/contacts',
  '/company/configurations',
  '/service/tickets',
  '/project/projects',
  '/time/entries',
  '/finance/agreements',
  '/procurement/catalog',
] as const;

const budgetMs = 15_000;

/** Reaches ConnectWise as the connector does, with ten small reads. @throws CommandFailed where it cannot be reached at all. */
export async function checkConnection(name: string, parts: CheckParts): Promise<Checked> {
  const connection = await readConnection(name, parts);
  const site = await discover(connection, parts);
  const tried: Read[] = [];
  let version: string | undefined;
  let clockAheadMs: number | undefined;
  for (const path of reads) {
    const startedAtMs = parts.now();
    const sent = await parts.manage.send(
      requestOf(path, parts.catalogue.version),
      site,
      connection,
      budgetMs,
    );
    if (path === '/system/info') {
      version = versionIn(sent);
      clockAheadMs = aheadMs(sent, (startedAtMs + parts.now()) / 2);
    }
    tried.push(readOf(path, sent));
    if (tried.length === 1) refuseWhereNotSignedIn(sent, name);
  }
  const writes = permitted(connection, parts.catalogue.all());
  return { site: site.baseUrl, company: connection.company, version, clockAheadMs, reads: tried, writes };
}

function permitted(connection: Connection, operations: readonly Operation[]): Permitted | undefined {
  const { policy } = connection;
  if (!policy) return undefined;
  const written = operations.filter(writes);
  const allowed = written.filter((operation) => !prohibition(connection, operation));
  return {
    allowed: allowed.length,
    all: written.length,
    destructive: allowed.filter(destructionOf).length,
    idle: idleEntries(policy, operations),
  };
}

async function readConnection(name: string, { readSecret }: CheckParts): Promise<Connection> {
  const secret = await readSecret(name);
  const found = secret.found ? parseConnection(name, secret.text) : secret;
  if (found.found) return found.connection;
  throw new CommandFailed('failed', `${found.failure.reason}: ${found.failure.message}`);
}

async function discover(connection: Connection, { manage, allowedHosts, now }: CheckParts): Promise<Site> {
  const { companyInfo } = manage;
  const found = await createSites({ companyInfo, allowedHosts, now, maxAgeMs: 0 }).find(connection, budgetMs);
  if (found.found) return found.site;
  if ('failure' in found)
    throw new CommandFailed('failed', `${found.failure.reason}: ${found.failure.message}`);
  throw new CommandFailed('failed', `ConnectWise cannot be asked where its API is: ${whyOf(found.sent)}.`);
}

const requestOf = (path: string, version: string): ManageRequest => ({
  method: 'GET',
  path,
  query: path === '/system/info' ? '' : 'pageSize=1&fields=id',
  body: { kind: 'none' },
  writes: false,
  wantsBytes: false,
  version,
});

function readOf(path: string, sent: Sent): Read {
  const status =
    'status' in sent
      ? String(sent.status)
      : sent.kind === 'response'
        ? String(sent.response.status)
        : sent.kind;
  const isGood = sent.kind === 'response' && isSuccess(sent.response);
  return { operation: `GET ${path}`, status, why: isGood ? undefined : whyOf(sent) };
}

function whyOf(sent: Sent): string {
  if (sent.kind === 'response')
    return errorOf(sent.response)?.message ?? `it answered ${sent.response.status}`;
  if ('code' in sent) return `${sent.kind} (${sent.code})`;
  return sent.kind === 'timed_out' ? `it did not answer in ${budgetMs / 1000} s` : sent.kind;
}

function refuseWhereNotSignedIn(sent: Sent, name: string): void {
  if (sent.kind !== 'response' || sent.response.status !== 401) return;
  throw new CommandFailed(
    'failed',
    `ConnectWise does not let connection '${name}' in: ${whyOf(sent)}. Check username, password and clientId.`,
  );
}

function versionIn(sent: Sent): string | undefined {
  if (sent.kind !== 'response' || !isSuccess(sent.response)) return undefined;
  return /"version"\s*:\s*"([^"]{1,40})"/i.exec(textOf(sent.response.bytes))?.[1];
}

function aheadMs(sent: Sent, hereMs: number): number | undefined {
  const date = sent.kind === 'response' ? Date.parse(sent.response.headers.get('date') ?? '') : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.round(date - hereMs);
}
