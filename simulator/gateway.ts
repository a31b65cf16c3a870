import { type Answer, jsonAnswer } from './answer.ts';
import {
  badKeys,
  cannotRoute,
  clientIdMissing,
  outsideApplication,
  tooManyRequests,
  uriTooLong,
} from './failures.ts';
import type { Json } from './json.ts';
import { releaseCodebase, type Settings } from './options.ts';
import { decoded } from './routes.ts';

/** What the gateway looks at. */
export interface Knock {
  /** The whole URL: the limit counts all of it (§3.6). */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Lets a request in with the path behind `/apis/3.0`, or answers it itself. Refuses by throwing. */
export interface Gateway {
  admit(knock: Knock): { readonly path: string } | { readonly answer: Answer };
  /** The codebase in force, with its slash. */
  codebase(): string;
  /** An upgrade: the old codebase is gone from now on (§2.2). */
  roll(codebase: string): void;
}

const longestUrl = 2000;
const minuteMs = 60_000;
/** What `Retry-After` says; clients keep 30 s as a floor as well (§5.2, §5.3). */
const retryAfterSeconds = 30;

/** `v2026_1/` is version `2026.1` (§2.2). */
export const versionOf = (codebase: string): string =>
  /^v(\d+_\d+)\/$/.exec(codebase)?.[1]?.replace('_', '.') ?? '2026.1';

/** Counts calls of the last minute; refuses those over the limit before they are executed (§5). */
function createThrottle({ throttlePerMinute, now }: Settings): () => void {
  let times: number[] = [];
  return () => {
    if (!Number.isFinite(throttlePerMinute)) return;
    const time = now().getTime();
    times = times.filter((earlier) => earlier > time - minuteMs);
    if (times.length >= throttlePerMinute) throw tooManyRequests(retryAfterSeconds);
    times.push(time);
  };
}

interface Credentials {
  readonly company: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** `Basic base64(company+public:private)` (§1.1); undefined where the header is no such thing. */
function credentialsOf(authorization: string | undefined): Credentials | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  const parts = /^([^+:]*)\+([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8'));
  const [, company, publicKey, privateKey] = parts ?? [];
  if (company === undefined || publicKey === undefined || privateKey === undefined) return undefined;
  return { company, publicKey, privateKey };
}

const same = (left: string | undefined, right: string): boolean =>
  left?.toLowerCase() === right.toLowerCase();

/** The cloud routes by company and clientId before it looks at any key; a self-hosted server does not route (§1). */
function authenticate(headers: Knock['headers'], settings: Settings): void {
  const credentials = credentialsOf(headers['authorization']);
  const hasClientId = same(headers['clientid'], settings.clientId);
  const hasCompany = same(credentials?.company, settings.company);
  if (settings.mode === 'cloud' && (!hasClientId || !hasCompany)) throw cannotRoute();
  if (!hasClientId) throw clientIdMissing();
  const isKnown =
    hasCompany &&
    credentials?.publicKey === settings.publicKey &&
    credentials.privateKey === settings.privateKey;
  if (!isKnown) throw badKeys();
}

/** Answers discovery: an unknown company is 200 `null`, and no one is asked for keys (§2.2). */
function discovery(company: string, url: URL, codebase: string, settings: Settings): Answer {
  const info: Json = {
    CompanyName: 'Simulated Company',
    Codebase: codebase,
    VersionCode: codebase === releaseCodebase ? 'v2026.1' : `v${versionOf(codebase)}`,
    VersionNumber: 'v4.6.99999',
    CompanyID: settings.company,
    IsCloud: settings.mode === 'cloud',
    SiteUrl: url.host,
    AllowedOrigins: [],
  };
  return jsonAnswer(200, same(company, settings.company) ? info : null);
}

/** Takes the codebase off a path: the alias works in the cloud too, an old codebase is 404, any other cannot be routed. */
function behindCodebase(
  pathname: string,
  current: string,
  old: ReadonlySet<string>,
  settings: Settings,
): string {
  const [, codebase, path] = /^\/([^/]+\/)\/?apis\/3\.0(\/.*)?$/i.exec(pathname) ?? [];
  const isCloud = settings.mode === 'cloud';
  if (codebase === undefined)
    throw isCloud && /\/apis\/3\.0/i.test(pathname) ? cannotRoute() : outsideApplication();
  const isDoubled = /\/apis\/3\.0(\/|$)/i.test(path ?? '');
  if (!same(codebase, current) && !same(codebase, releaseCodebase)) {
    throw isCloud && !old.has(codebase.toLowerCase()) ? cannotRoute() : outsideApplication();
  }
  if (isCloud && isDoubled) throw cannotRoute();
  return path ?? '/';
}

/** Stands before the API as ConnectWise's own gateway does (connectwise-api.md §1, §2, §5). */
export function createGateway(settings: Settings): Gateway {
  let current = settings.codebase;
  const old = new Set<string>();
  const throttle = createThrottle(settings);
  return {
    codebase: () => current,
    roll: (codebase) => {
      old.add(current.toLowerCase());
      old.delete(codebase.toLowerCase());
      current = codebase;
    },
    admit: ({ url, headers }) => {
      if (url.href.length > longestUrl) throw uriTooLong();
      const company = /^\/login\/companyinfo\/([^/]+)\/?$/i.exec(url.pathname)?.[1];
      if (company !== undefined) return { answer: discovery(decoded(company), url, current, settings) };
      const path = behindCodebase(url.pathname, current, old, settings);
      authenticate(headers, settings);
      throttle();
      return { path };
    },
  };
}
