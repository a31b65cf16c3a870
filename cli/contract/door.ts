import type { Connection } from '../../lib/connection.ts';
import type { Site } from '../../lib/site.ts';

/** A call that only reads. */
interface Question {
  /** GET unless told; a POST must be a search. */
  readonly method?: 'GET' | 'POST';
  /** Below the API's base, or below the site where `isDiscovery`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly keys?: 'right' | 'wrong' | 'none';
  readonly withoutClientId?: boolean;
  readonly isDiscovery?: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed; undefined where the text is no JSON. */
  readonly json: unknown;
}

/** Where questions are asked: one after another, with a pause, and not more of them than were allowed. */
export interface Door {
  ask(question: Question): Promise<Reply>;
  calls(): number;
}

interface DoorParts {
  readonly site: Site;
  readonly origin: string;
  readonly connection: Connection;
  readonly version: string;
  readonly send: (url: string, init: RequestInit) => Promise<Response>;
  readonly sleep: (waitMs: number) => Promise<unknown>;
  readonly pauseMs: number;
  readonly maxCalls: number;
}

/** Nothing more is asked: the calls are used up, or ConnectWise said that there are too many. */
export class Ended extends Error {}

const patienceMs = 15_000;
const maxTextLength = 2_000_000;

export function createDoor(parts: DoorParts): Door {
  const { send, sleep, pauseMs, maxCalls } = parts;
  let calls = 0;
  return {
    calls: () => calls,
    ask: async (question) => {
      refuseWrites(question);
      if (calls >= maxCalls) throw new Ended(`the ${maxCalls} calls that were allowed are used up`);
      if (calls > 0) await sleep(pauseMs);
      calls += 1;
      const response = await send(urlOf(question, parts), {
        method: question.method ?? 'GET',
        headers: headersOf(question, parts),
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
        ...(question.body && { body: JSON.stringify(question.body) }),
      });
      const text = (await response.text()).slice(0, maxTextLength);
      if (response.status === 429)
        throw new Ended(
          `ConnectWise answered 429, Retry-After: ${response.headers.get('retry-after') ?? 'none'}`,
        );
      return { status: response.status, headers: response.headers, text, json: parsed(text) };
    },
  };
}

/** @throws Error where the call could change anything: only GET, and POST of a search, go out. */
function refuseWrites({ method = 'GET', path }: Question): void {
  if (method === 'GET' || /^\/(?:service|project)\/tickets\/search$/.test(path)) return;
  throw new Error(`${method} ${path} is refused: the contract only reads.`);
}

function urlOf({ path, query = {}, isDiscovery }: Question, parts: DoorParts): string {
  const { site, origin, connection } = parts;
  const inputs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const base = isDiscovery ? origin : site.baseUrl;
  return `${base}${path.replace('{company}', encodeURIComponent(connection.company))}${inputs.length > 0 ? `?${inputs.join('&')}` : ''}`;
}

function headersOf(question: Question, { connection, version }: DoorParts): Record<string, string> {
  const { keys = 'right', withoutClientId, isDiscovery, body, headers } = question;
  const password = keys === 'wrong' ? 'no-such-key' : connection.password;
  const authorization = `Basic ${Buffer.from(`${connection.username}:${password}`).toString('base64')}`;
  return {
    accept: `application/vnd.connectwise.com+json; version=${version}`,
    ...(keys !== 'none' && !isDiscovery && { authorization }),
    ...(!withoutClientId && !isDiscovery && { clientId: connection.clientId }),
    ...(body && { 'content-type': 'application/json' }),
    ...headers,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
