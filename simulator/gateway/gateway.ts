import type { Answer } from '../answer.ts';
import { cannotRoute, outsideApplication, permissionMissing, sslRequired, uriTooLong } from '../failures.ts';
import { releaseCodebase, type Settings } from '../options.ts';
import { decoded, segmentsOf } from '../routes.ts';
import { authenticate, type Headers, keyMember, same, type TokenOwner } from './credentials.ts';
import { discoveryAnswer } from './discovery.ts';
import { type Model, modelOf } from './model-version.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** What the gateway looks at. */
interface Knock {
  readonly method: string;
  /** The whole URL: the limit counts all of it (§3.6). */
  readonly url: URL;
  readonly headers: Headers;
}

/** A request that was let in. */
export interface Admitted {
  /** The path behind `/apis/3.0`. */
  readonly path: string;
  readonly member: string;
  readonly model: Model;
}

/** Lets a request in, or answers it itself. Refuses by throwing. */
export interface Gateway {
  admit(knock: Knock): Admitted | { readonly answer: Answer };
  /** The member whom the headers of a request outside the API prove. */
  authenticate(headers: Headers): string;
  /** The codebase in force, with its slash. */
  codebase(): string;
  /** An upgrade: the old codebase is gone from now on (§2.2). */
  roll(codebase: string): void;
  /** Takes rights away from the keys' role: paths, with a method before them or without (§1.9). */
  forbid(paths: readonly string[]): void;
  readonly throttle: Throttle;
}

const longestUrl = 2000;

/** The path of a URL behind its codebase. */
interface Routed {
  readonly path: string;
  readonly isAlias: boolean;
}

/** Takes the codebase off a path: the alias works in the cloud too, an old codebase is 404, any other cannot be routed. */
function behindCodebase(
  pathname: string,
  current: string,
  old: ReadonlySet<string>,
  { mode }: Settings,
): Routed {
  const [, codebase, path] = /^\/([^/]+\/)\/?apis\/3\.0(\/.*)?$/i.exec(pathname) ?? [];
  const isCloud = mode === 'cloud';
  if (codebase === undefined)
    throw isCloud && /\/apis\/3\.0/i.test(pathname) ? cannotRoute() : outsideApplication();
  const isAlias = same(codebase, releaseCodebase);
  const isDoubled = /\/apis\/3\.0(\/|$)/i.test(path ?? '');
  if (!same(codebase, current) && !isAlias)
    throw isCloud && !old.has(codebase.toLowerCase()) ? cannotRoute() : outsideApplication();
  if (isCloud && isDoubled) throw cannotRoute();
  return { path: path ?? '/', isAlias };
}

/** Whether a path, with a method before it or without, covers a call, whatever their case and slashes. */
function covers(pattern: string, method: string, path: string): boolean {
  const [, only, prefix = ''] = /^(?:([A-Z]+)\s+)?(.*)$/i.exec(pattern) ?? [];
  if (only !== undefined && only.toUpperCase() !== method) return false;
  const asked = segmentsOf(path.toLowerCase());
  return segmentsOf(prefix.toLowerCase()).every((segment, index) => segment === asked[index]);
}

/** Stands before the API as ConnectWise's own gateway does (connectwise-api.md §1, §2, §5). */
export function createGateway(settings: Settings, now: () => Date, tokenOwner: TokenOwner): Gateway {
  let current = settings.codebase;
  let { forbidden } = settings;
  const old = new Set<string>();
  const rate = { perMinute: settings.throttlePerMinute, sendsRetryAfter: settings.sendsRetryAfter };
  const throttle = createThrottle(rate, now);
  const memberOf = (headers: Headers, { path, isAlias }: Routed): string =>
    settings.isSystemInfoOpen && covers('/system/info', 'GET', path)
      ? keyMember
      : authenticate(headers, isAlias, settings, tokenOwner);
  return {
    throttle,
    authenticate: (headers) => authenticate(headers, false, settings, tokenOwner),
    codebase: () => current,
    forbid: (paths) => {
      forbidden = paths;
    },
    roll: (codebase) => {
      old.add(current.toLowerCase());
      old.delete(codebase.toLowerCase());
      current = codebase;
    },
    admit: ({ method, url, headers }) => {
      if (url.href.length > longestUrl) throw uriTooLong();
      if (settings.requiresSsl && url.protocol === 'http:') throw sslRequired();
      const company = /^\/login\/companyinfo\/([^/]+)\/?$/i.exec(url.pathname)?.[1];
      if (company !== undefined)
        return { answer: discoveryAnswer(decoded(company), url.host, current, settings) };
      const routed = behindCodebase(url.pathname, current, old, settings);
      const member = memberOf(headers, routed);
      throttle.take();
      if (forbidden.some((pattern) => covers(pattern, method, routed.path))) throw permissionMissing();
      return { path: routed.path, member, model: modelOf(headers['accept'], settings) };
    },
  };
}
