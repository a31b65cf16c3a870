import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Result } from '../lib/result.ts';

/** What the API answers with: API Gateway's structured form, so that the status is ours. */
export type ApiAnswer = APIGatewayProxyStructuredResultV2;

/** The caller's own mistakes, and waits; everything else went wrong between here and ConnectWise: 502. */
const statuses: Readonly<Record<string, number>> = {
  invalid_invocation: 400,
  invalid_inputs: 400,
  invalid_request: 400,
  invalid_query: 400,
  invalid_message: 400,
  invalid_confirm: 400,
  invalid_callback: 400,
  pages_need_queue: 400,
  unresolved_name: 400,
  ambiguous_name: 400,
  cannot_resolve: 400,
  callback_forged: 401,
  not_allowed: 403,
  origin_not_allowed: 403,
  connection_not_granted: 403,
  unknown_operation: 404,
  unknown_connection: 404,
  unknown_route: 404,
  unknown_invocation: 404,
  unknown_checkpoint: 404,
  unknown_callbacks: 404,
  method_not_allowed: 405,
  id_reused: 409,
  in_progress: 409,
  unknown_callback: 410,
  invocation_too_large: 413,
  body_too_large: 413,
  rate_limited: 429,
  callback_not_taken: 429,
  internal_error: 500,
  secret_unavailable: 503,
  journal_unavailable: 503,
  timed_out: 504,
};

interface Problem {
  /** A stable word to switch on. */
  readonly reason: string;
  /** A sentence for a person. */
  readonly detail: string;
  /** Further members, such as the result's. */
  readonly members?: object;
  readonly retryAfterSeconds?: number;
}

/** An error of the API in the form of RFC 9457. */
export function problem({ reason, detail, members = {}, retryAfterSeconds }: Problem): ApiAnswer {
  const status = statuses[reason] ?? 502;
  const title = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`.replaceAll('_', ' ');
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({
      type: `urn:manage-connector:${reason}`,
      title,
      status,
      detail,
      reason,
      ...members,
    }),
  };
}

/** A result without success, as a problem that carries what ConnectWise answered. */
export function problemOf(result: Result, waitMs?: number): ApiAnswer {
  const { version: _, succeeded: __, failure, ...members } = result;
  return problem({
    reason: failure?.reason ?? 'internal_error',
    detail: failure?.message ?? 'The invocation failed without a reason.',
    members: {
      ...members,
      retried: failure?.retried ?? 0,
      ...(failure?.findings && { findings: failure.findings }),
      ...(failure?.doubt && { doubt: failure.doubt }),
    },
    ...(waitMs !== undefined && { retryAfterSeconds: Math.ceil(waitMs / 1000) }),
  });
}

export function json(statusCode: number, value: unknown): ApiAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: typeof value === 'string' ? value : JSON.stringify(value),
  };
}
