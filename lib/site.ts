import * as z from 'zod/mini';
import type { Connection } from './connection.ts';
import type { Failure } from './failure.ts';
import { errorOf, isSuccess, jsonOf, type Sent } from './response.ts';

/** Where ConnectWise's own cloud lives; on-premises hosts are added by the user (design.md §8). */
const cloudHosts = ['*.myconnectwise.net', '*.connectwisedev.com'];

/** UI hosts of the cloud regions: the API lives on another host of the same region (connectwise-api.md §2.1). */
const uiHost = /^(?:(?:na|eu|au|aus|za)\.myconnectwise\.net|staging\.connectwisedev\.com)$/;

/**
 * The origin of the API that a `siteUrl` means: a bare host, with a scheme, with a trailing slash or a path behind it.
 * Credentials go there, so only https is taken and only a host that is allowed.
 * @param allowedHosts what the user adds: `cw.example.com`, `*.example.com:8443`, or a whole origin where plain http is meant.
 */
export function originOf(
  siteUrl: string,
  allowedHosts: readonly string[],
): { readonly origin: string } | { readonly problem: string } {
  const text = siteUrl.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || url.hostname === '') return { problem: 'siteUrl is not a URL or a host name.' };
  if (url.username !== '' || url.password !== '')
    return { problem: 'siteUrl must not hold a user name or password.' };
  if (allowedHosts.includes(url.origin)) return { origin: url.origin };
  if (url.protocol !== 'https:')
    return { problem: `siteUrl must be https, but it is ${url.protocol}//${url.host}.` };
  if (!isCloud(url.origin) && !allowedHosts.some((pattern) => matches(pattern, url.host))) {
    const advice = 'Add an on-premises host to allowedHosts of the deployment.';
    return { problem: `siteUrl names the host ${url.host}, which is not allowed. ${advice}` };
  }
  return { origin: `https://${uiHost.test(url.host) ? `api-${url.host}` : url.host}` };
}

const isCloud = (origin: string) => cloudHosts.some((pattern) => matches(pattern, new URL(origin).host));

function matches(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  return wanted.startsWith('*.')
    ? host.endsWith(wanted.slice(1)) && host.length >= wanted.length
    : host === wanted;
}

/** What `/login/companyinfo/{company}` answers, as far as it is needed (connectwise-api.md §2.2). */
const companyInfoSchema = z.object({
  Codebase: z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_.]{0,39}\/?$/)),
  SiteUrl: z.optional(z.nullable(z.string())),
  IsCloud: z.optional(z.union([z.boolean(), z.string()])),
});

/** A place to send requests to. */
export interface Site {
  /** `https://api-na.myconnectwise.net/v2026_1/apis/3.0`, without a slash at the end. */
  readonly baseUrl: string;
  readonly cloud: boolean;
}

export type FoundSite =
  | { readonly found: true; readonly site: Site }
  /** ConnectWise could not be asked: what happened, to be judged like any call that was not executed. */
  | { readonly found: false; readonly sent: Sent }
  | { readonly found: false; readonly failure: Failure };

export interface Sites {
  /** @param budgetMs how long the discovery may take. */
  find(connection: Connection, budgetMs: number): Promise<FoundSite>;
  /** Asks again, for a codebase that may have rolled. */
  renew(connection: Connection, budgetMs: number): Promise<FoundSite>;
}

interface SitesParts {
  /** Asks `{origin}/login/companyinfo/{company}`; it needs no authorisation. */
  readonly companyInfo: (origin: string, company: string, budgetMs: number) => Promise<Sent>;
  readonly allowedHosts: readonly string[];
  readonly now: () => number;
  readonly maxAgeMs: number;
}

/**
 * Discovers where a connection's API is, and remembers it for `maxAgeMs`. Failures are not remembered, and callers at the
 * same moment share one call, so that a cold batch does not ask ten times.
 */
export function createSites({ companyInfo, allowedHosts, now, maxAgeMs }: SitesParts): Sites {
  const known = new Map<string, { readonly site: Site; readonly foundAtMs: number }>();
  const asking = new Map<string, Promise<FoundSite>>();

  const ask = async (connection: Connection, budgetMs: number): Promise<FoundSite> => {
    const start = originOf(connection.siteUrl, allowedHosts);
    if ('problem' in start) return notAllowed(connection, start.problem);
    const sent = await companyInfo(start.origin, connection.company, budgetMs);
    const found = readSite(sent, start.origin, connection, allowedHosts);
    if (found.found) known.set(keyOf(connection), { site: found.site, foundAtMs: now() });
    return found;
  };
  const renew: Sites['renew'] = (connection, budgetMs) => {
    const key = keyOf(connection);
    const current = asking.get(key) ?? ask(connection, budgetMs).finally(() => asking.delete(key));
    asking.set(key, current);
    return current;
  };
  return {
    renew,
    find: async (connection, budgetMs) => {
      const entry = known.get(keyOf(connection));
      if (entry && now() - entry.foundAtMs < maxAgeMs) return { found: true, site: entry.site };
      return renew(connection, budgetMs);
    },
  };
}

const keyOf = ({ siteUrl, company }: Connection) => JSON.stringify([siteUrl, company]);

function notAllowed({ name }: Connection, problem: string): FoundSite {
  return {
    found: false,
    failure: { reason: 'invalid_connection', message: `Connection '${name}': ${problem}` },
  };
}

function readSite(
  sent: Sent,
  origin: string,
  connection: Connection,
  allowedHosts: readonly string[],
): FoundSite {
  if (sent.kind !== 'response') return { found: false, sent };
  const { response } = sent;
  if (isPassing(response.status)) return { found: false, sent };
  // Old self-hosted servers do not know the call; their codebase never changes (connectwise-api.md §2.1).
  if (response.status === 404 && !isCloud(origin)) {
    return { found: true, site: { baseUrl: `${origin}/v4_6_release/apis/3.0`, cloud: false } };
  }
  if (!isSuccess(response)) return undiscovered(connection, origin, errorOf(response)?.message);
  const body = jsonOf(response.bytes);
  // An unknown company is answered with 200 and `null` (connectwise-api.md §2.2).
  if (body === null) return unknownCompany(connection, origin);
  const info = companyInfoSchema.safeParse(body);
  if (!info.success)
    return undiscovered(connection, origin, 'Its answer is not the company information of ConnectWise.');
  const cloud = String(info.data.IsCloud ?? false).toLowerCase() === 'true';
  const api =
    cloud && info.data.SiteUrl ? originOf(withScheme(info.data.SiteUrl, origin), allowedHosts) : { origin };
  if ('problem' in api) return notAllowed(connection, `the server names another one, and its ${api.problem}`);
  const codebase = info.data.Codebase.replace(/\/$/, '');
  return { found: true, site: { baseUrl: `${api.origin}/${codebase}/apis/3.0`, cloud } };
}

const isPassing = (status: number) => status === 429 || status >= 500;

const withScheme = (siteUrl: string, origin: string) =>
  siteUrl.includes('://') ? siteUrl : `${new URL(origin).protocol}//${siteUrl}`;

function unknownCompany({ name, company }: Connection, origin: string): FoundSite {
  const message = `Connection '${name}': ${origin} knows no company '${company}'. Check the part of username before the plus sign, and siteUrl.`;
  return { found: false, failure: { reason: 'unknown_company', message } };
}

function undiscovered({ name }: Connection, origin: string, why = ''): FoundSite {
  const message = `Connection '${name}': ${origin} did not say where its API is. ${why} Check siteUrl.`;
  return { found: false, failure: { reason: 'site_not_found', message } };
}
