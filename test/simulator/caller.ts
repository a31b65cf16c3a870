import type { SimulatorOptions } from '../../simulator/options.ts';
import { createSimulator, type Simulator } from '../../simulator/server.ts';
import { handMadeCatalogue } from './hand-made-catalogue.ts';

export type Options = Partial<SimulatorOptions>;

/** What came back: the body as it was sent, and as JSON where it is any. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body's JSON, or undefined where it is none. */
  readonly json: unknown;
}

export interface Caller {
  readonly simulator: Simulator;
  /** Calls a path of the API with the right keys; `init` may put others in their place. */
  call(
    method: string,
    path: string,
    body?: unknown,
    init?: { headers?: Record<string, string>; prefix?: string },
  ): Promise<Reply>;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** The ids in the list that a path answers; whatever else it answers as it is. */
  ids(path: string): Promise<unknown>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** The header that the simulator's keys make. */
export function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** A simulator of the hand-made catalogue, and a way to call it over real HTTP. */
export async function createCaller(options: Options = {}): Promise<Caller> {
  const simulator = await createSimulator({ catalogue: handMadeCatalogue, ...options });
  const call: Caller['call'] = async (
    method,
    path,
    body,
    { headers = {}, prefix = '/v4_6_release/apis/3.0' } = {},
  ) => {
    const type = body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' };
    const content = body instanceof FormData || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(simulator.url + prefix + path, {
      method,
      redirect: 'manual',
      headers: {
        authorization: basic(simulator.credentials),
        clientId: simulator.credentials.clientId,
        ...type,
        ...headers,
      },
      ...(body !== undefined && { body: content }),
    });
    return replyOf(response);
  };
  return {
    simulator,
    call,
    get: (path, headers) => call('GET', path, undefined, headers === undefined ? {} : { headers }),
    ids: async (path) => {
      const { json } = await call('GET', path);
      return Array.isArray(json) ? json.map((item: { id?: unknown }) => item.id) : json;
    },
  };
}
