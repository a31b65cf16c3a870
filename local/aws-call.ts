import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod/mini';
import { explain } from '../lib/explanation.ts';

/** A request to an emulated service, its body read to the end. */
export interface AwsCall {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborted when the caller has gone: what waits for it may stop waiting. */
  readonly signal: AbortSignal;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** An error that the SDK turns into the typed exception of the same name. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** One action of a service of AWS's JSON protocols: it throws an AwsError where the service would answer with one. */
export type Action = (input: unknown, signal: AbortSignal) => unknown;

/** An action whose input is parsed; a member that is not emulated is refused by name rather than ignored. */
export function action<T>(schema: z.ZodMiniType<T>, run: (input: T, signal: AbortSignal) => unknown): Action {
  return (input, signal) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new AwsError('InvalidParameterValue', explain(parsed.error, input, []));
    return run(parsed.data, signal);
  };
}

export interface JsonService {
  /** `1.0` for SQS, `1.1` for Secrets Manager. */
  readonly version: '1.0' | '1.1';
  /** What stands before an error's name in `__type`. */
  readonly namespace: string;
  readonly actions: Readonly<Record<string, Action>>;
}

/** Answers a call of AWS's JSON protocol: the action is named in X-Amz-Target, errors are told apart by `__type`. */
export async function answerJsonCall(service: JsonService, call: AwsCall): Promise<AwsAnswer> {
  const headers = { 'content-type': `application/x-amz-json-${service.version}` };
  const name = String(call.headers['x-amz-target']).split('.').at(-1) ?? '';
  try {
    const run = Object.hasOwn(service.actions, name) ? service.actions[name] : undefined;
    if (!run) throw new AwsError('UnknownOperationException', `The action ${name} is not emulated.`);
    const output = await run(jsonOf(call.body), call.signal);
    return { status: 200, headers, body: JSON.stringify(output ?? {}) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const body = JSON.stringify({ __type: `${service.namespace}#${error.code}`, message: error.message });
    return { status: error.status, headers, body };
  }
}

function jsonOf(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The body of the request is not JSON.');
  }
}
