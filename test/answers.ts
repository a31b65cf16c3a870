import type { ManageResponse, Sent } from '../lib/response.ts';

export type Headers = Readonly<Record<string, string>>;

/** An answer of ConnectWise, made by hand; objects become JSON as ConnectWise prints it: indented, with CRLF. */
export function answer(status: number, body: unknown = '', headers: Headers = {}): ManageResponse {
  return { status, headers: new globalThis.Headers(headers), bytes: bytesOf(body) };
}

export const sentBack = (status: number, body?: unknown, headers?: Headers): Sent & { kind: 'response' } => ({
  kind: 'response',
  response: answer(status, body, headers),
});

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(
    typeof body === 'string' ? body : JSON.stringify(body, null, 2).replaceAll('\n', '\r\n'),
  );
}

export const notFound = { code: 'NotFound', message: 'Ticket 42 not found', errors: null };
export const noEndpoint = { code: 'ConnectWiseApi', message: 'The endpoint does not exist.', errors: null };
export const unauthorized = { code: 'ConnectWiseApi', message: 'UserNotAuthenticated' };
export const cannotRoute = 'Cannot route. Codebase/company is invalid';
export const tooMany = {
  error: 'ConnectWiseAPI',
  message: 'Too many requests. Please try again in 30 seconds.',
};
