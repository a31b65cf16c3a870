import * as z from 'zod/mini';
import { findingSchema } from '../lib/preflight/finding.ts';
import { type Result, resultSchema } from '../lib/result.ts';
import { CommandFailed } from './ending.ts';

export type Fetch = (url: URL, options: RequestOptions) => Promise<Response>;

interface RequestOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request as it is. */
export const plainFetch: Fetch = (url, options) => fetch(url, options);

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The API of a connector. */
export interface Api {
  readonly url: string;
  /** @param path below the API's address, every segment encoded. @throws CommandFailed where nothing answers. */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, asking?: Asking): Promise<Reply>;
}

export interface Asking {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A path for one connection: a policy of IAM can let a caller in by it, and an API that serves no others has it. */
export const ofConnection = (connection: string, path: string): string =>
  `/connections/${encodeURIComponent(connection)}${path}`;

/** @param place for sentences. */
export function createApi(url: string, send: Fetch, place: string, token?: string): Api {
  return {
    url,
    call: async (method, path, { query = {}, body, headers = {} } = {}) => {
      const target = new URL(`${url.replace(/\/$/, '')}${path}`);
      for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
      const all = {
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      const response = await send(target, {
        method,
        headers: all,
        ...(body !== undefined && { body }),
      }).catch((error: unknown) => {
        throw new CommandFailed('unreachable', `The API of ${place} does not answer (${codeOf(error)}).`);
      });
      return { status: response.status, body: jsonOf(await response.text()) };
    },
  };
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return 'no reason given';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const problemSchema = z.looseObject({
  status: z.number(),
  reason: z.string(),
  detail: z.string(),
  findings: z.optional(z.array(z.looseObject({ message: z.string(), mend: z.optional(z.string()) }))),
  warnings: z.optional(z.array(findingSchema)),
});

export type Problem = z.infer<typeof problemSchema>;

/** What the API answered to an invocation: its result, or the problem why there is none. */
export function readReply({
  status,
  body,
}: Reply): { readonly result: Result } | { readonly problem: Problem } {
  const result = resultSchema.safeParse(body);
  if (status === 200 && result.success) return { result: result.data };
  return { problem: problemIn({ status, body }) };
}

/** The problem that a reply is; one of our own where it is none of the connector's, such as API Gateway's 403. */
export function problemIn({ status, body }: Reply): Problem {
  const problem = problemSchema.safeParse(body);
  if (problem.success) return problem.data;
  const said = z.looseObject({ message: z.string() }).safeParse(body);
  const detail = `The API answered ${status}${said.success ? `: ${said.data.message}` : ''}.`;
  const advice =
    status === 403 || status === 401 ? ' Check that your credentials may call it (execute-api:Invoke).' : '';
  return { status, reason: 'unexpected_answer', detail: `${detail}${advice}` };
}
