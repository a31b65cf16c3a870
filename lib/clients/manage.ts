import ky, { type KyInstance } from 'ky';
import type { Connection } from '../connection.ts';
import { withoutSecrets } from '../redaction.ts';
import { openHeaders } from '../rendering.ts';
import type { ManageRequest, RequestBody } from '../request.ts';
import type { Sent } from '../response.ts';
import type { Site } from '../site.ts';

export interface Manage {
  /** Sends a request once. Never throws: whatever happens comes back as a Sent. */
  send(request: ManageRequest, site: Site, connection: Connection, budgetMs: number): Promise<Sent>;
  /** Asks where a company's API is; without authorisation, as documented (connectwise-api.md §1.7, §2.2). */
  companyInfo(origin: string, company: string, budgetMs: number): Promise<Sent>;
}

export interface ManageParts {
  /** A body larger than this is given up, so that an endless one cannot eat the worker's memory. */
  readonly maxResponseBytes: number;
  readonly now: () => number;
}

/** Talks HTTP to ConnectWise. The only file that knows ky and how a call is authorised. */
export function createManage({ maxResponseBytes, now }: ManageParts): Manage {
  const limits = { maxResponseBytes, now };
  return {
    send: async (request, site, connection, budgetMs) => {
      const url = `${site.baseUrl}${request.path}${request.query === '' ? '' : `?${request.query}`}`;
      const options = {
        method: request.method,
        headers: headersOf(request, connection),
        ...bodyOf(request.body),
      };
      const sent = await exchange(client, url, options, budgetMs, limits);
      return sent.kind === 'response'
        ? { ...sent, response: withoutSecrets(sent.response, connection) }
        : sent;
    },
    companyInfo: (origin, company, budgetMs) => {
      const url = `${origin}/login/companyinfo/${encodeURIComponent(company)}`;
      return exchange(client, url, openly, budgetMs, limits);
    },
  };
}

/** No retry: the verdict decides. No redirect: credentials would follow it. No throw: an HTTP failure is an answer. */
const client = ky.create({ retry: 0, timeout: false, redirect: 'manual', throwHttpErrors: false });

/** Gets the signing keys of callbacks from their addresses; without authorisation, as others do (connectwise-api.md §9.4.7). */
export const createKeyClient =
  (limits: ManageParts) =>
  (url: string, budgetMs: number): Promise<Sent> =>
    exchange(client, url, openly, budgetMs, limits);

/** Asks as nobody in particular. */
const openly = { method: 'GET', headers: { accept: 'application/json' } };

function headersOf(request: ManageRequest, connection: Connection): Record<string, string> {
  const credentials = Buffer.from(`${connection.username}:${connection.password}`).toString('base64');
  return {
    authorization: `Basic ${credentials}`,
    clientId: connection.clientId,
    ...openHeaders(request),
  };
}

function bodyOf(body: RequestBody): { readonly body?: string | FormData } {
  if (body.kind === 'none') return {};
  if (body.kind === 'json') return { body: body.text };
  const form = new FormData();
  for (const part of body.parts) {
    if ('value' in part) form.append(part.name, part.value);
    else form.append(part.name, new Blob([part.bytes], { type: part.contentType }), part.fileName);
  }
  return { body: form };
}

interface Options {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | FormData;
}

async function exchange(
  client: KyInstance,
  url: string,
  options: Options,
  budgetMs: number,
  { maxResponseBytes, now }: ManageParts,
): Promise<Sent> {
  const startedAtMs = now();
  const signal = AbortSignal.timeout(Math.max(0, Math.ceil(budgetMs)));
  let status: number | undefined;
  try {
    const response = await client(url, { ...options, signal });
    status = response.status;
    const bytes = await readBody(response, maxResponseBytes, signal);
    if (bytes === undefined) return { kind: 'too_large', status, limitBytes: maxResponseBytes };
    return { kind: 'response', response: { status, headers: response.headers, bytes } };
  } catch (error) {
    // Only a code leaves here: a ky error holds the request, and with it the Authorization header.
    if (signal.aborted) return { kind: 'timed_out', afterMs: Math.round(now() - startedAtMs) };
    const code = codeOf(error);
    if (status === undefined && isBeforeSending(code)) return { kind: 'refused', code };
    return { kind: 'incomplete', code, ...(status !== undefined && { status }) };
  }
}

/** @returns the whole body, or undefined where it passes the limit; the rest is then not read. */
async function readBody(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array();
  // Cancelling closes the connection. fetch forgets the signal once its request is garbage collected, which may be
  // before the body ends: without this an endless one would hold the worker for ever.
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', stop);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return Buffer.concat(chunks, size);
      size += value.byteLength;
      if (size > maxBytes) return undefined;
      chunks.push(value);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** The platform's word for what went wrong, from the innermost cause: ECONNREFUSED, UND_ERR_SOCKET, CERT_HAS_EXPIRED. */
function codeOf(error: unknown): string {
  let code = 'unknown error';
  let inner = error;
  for (let depth = 0; depth < 5 && inner instanceof Error; depth++) {
    if ('code' in inner && typeof inner.code === 'string') code = inner.code;
    // Several addresses of one host may have failed; the first says enough.
    inner = inner instanceof AggregateError && inner.errors.length > 0 ? inner.errors[0] : inner.cause;
  }
  return code;
}

/**
 * Errors of the name look-up, the connection and the TLS handshake: the request had not been sent. ECONNRESET and
 * UND_ERR_SOCKET are not among them: they also come after it was.
 */
function isBeforeSending(code: string): boolean {
  const known = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ];
  return (
    known.includes(code) || /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(code)
  );
}
