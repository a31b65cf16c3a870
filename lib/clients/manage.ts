import ky, { isTimeoutError, type KyInstance } from 'ky';
import type { Connection } from '../connection.ts';
import { withoutSecrets } from '../redaction.ts';
import { openHeaders } from '../rendering.ts';
import type { ManageRequest, RequestBody } from '../request.ts';
import type { Sent } from '../response.ts';
import type { Site } from '../site.ts';
import { codeOf, isBeforeSending } from './breakage.ts';
import { createWire } from './wire.ts';

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
  const wire = createWire(limits);
  return {
    send: async (request, site, connection, budgetMs) => {
      const url = `${site.baseUrl}${request.path}${request.query === '' ? '' : `?${request.query}`}`;
      const options = {
        method: request.method,
        headers: headersOf(request, connection),
        ...bodyOf(request.body),
      };
      const sent = await (request.isPage
        ? wire(url, options, budgetMs)
        : exchange(client, url, options, budgetMs, limits));
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
const client = ky.create({ retry: 0, redirect: 'manual', throwHttpErrors: false });

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

/**
 * No AbortSignal: fetch would hold on to one of `timeout` with all of its call until it goes off, long after the call, and `any`
 * that ky makes of it costs as much as the call. ky's own timeout ends with the answer's head, ours with its body.
 */
async function exchange(
  client: KyInstance,
  url: string,
  options: Options,
  budgetMs: number,
  { maxResponseBytes, now }: ManageParts,
): Promise<Sent> {
  const startedAtMs = now();
  const tookMs = () => Math.round(now() - startedAtMs);
  let status: number | undefined;
  try {
    const response = await client(url, { ...options, timeout: Math.max(1, Math.ceil(budgetMs)) });
    status = response.status;
    const body = await readBody(response, maxResponseBytes, budgetMs - tookMs());
    if (body === 'too_late') return { kind: 'timed_out', afterMs: tookMs() };
    if (body === 'too_large') return { kind: 'too_large', status, limitBytes: maxResponseBytes };
    return { kind: 'response', response: { status, headers: response.headers, bytes: body } };
  } catch (error) {
    // Only a code leaves here: a ky error holds the request, and with it the Authorization header.
    if (isTimeoutError(error)) return { kind: 'timed_out', afterMs: tookMs() };
    const code = codeOf(error);
    if (status === undefined && isBeforeSending(code)) return { kind: 'refused', code };
    return { kind: 'incomplete', code, ...(status !== undefined && { status }) };
  }
}

/** @returns the whole body, or why it was given up: cancelling the rest closes the connection. */
async function readBody(
  response: Response,
  maxBytes: number,
  budgetMs: number,
): Promise<Uint8Array | 'too_large' | 'too_late'> {
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array();
  const stop = () => void reader.cancel().catch(() => {});
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, budgetMs);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (isLate) return 'too_late';
      // Most answers are one chunk, which fetch has copied for us already.
      if (done) return whole(chunks, size);
      size += value.byteLength;
      if (size > maxBytes) {
        stop();
        return 'too_large';
      }
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
}

const whole = (chunks: readonly Uint8Array[], size: number): Uint8Array =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
