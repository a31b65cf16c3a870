import ky from 'ky';
import type { Connection } from '../connection.ts';
import { withoutSecrets } from '../redaction.ts';
import { openHeaders } from '../rendering.ts';
import type { ManageRequest, RequestBody } from '../request.ts';
import type { OnHead, Sent } from '../response.ts';
import type { Site } from '../site.ts';
import { codeOf } from './breakage.ts';
import { createCallLine } from './call-line.ts';
import { openPageLine } from './page-line.ts';
import { createWire, type Line, type Outgoing } from './wire.ts';

export interface Manage {
  /**
   * Sends a request once. Never throws: whatever happens comes back as a Sent.
   * @param onHead hears the head of a page.
   */
  send(
    request: ManageRequest,
    site: Site,
    connection: Connection,
    budgetMs: number,
    onHead?: OnHead,
  ): Promise<Sent>;
  /** Asks where a company's API is; without authorisation, as documented (connectwise-api.md §1.7, §2.2). */
  companyInfo(origin: string, company: string, budgetMs: number): Promise<Sent>;
}

interface ManageParts {
  /** A body larger than this is given up, so that an endless one cannot eat the worker's memory. */
  readonly maxResponseBytes: number;
  readonly now: () => number;
}

/** Talks HTTP to ConnectWise. The only file that knows ky and how a call is authorised. */
export function createManage({ maxResponseBytes, now }: ManageParts): Manage {
  const limits = { maxResponseBytes, now };
  const exchange = createExchange(limits);
  let line: Promise<Line> | undefined;
  const pages = createWire(limits, () => (line ??= openPageLine()));
  return {
    send: async (request, site, connection, budgetMs, onHead) => {
      const url = `${site.baseUrl}${request.path}${request.query === '' ? '' : `?${request.query}`}`;
      const headers = headersOf(request, connection);
      const { method, body } = request;
      const sent = await (request.isPage && body.kind !== 'form'
        ? pages(url, { method, headers, ...textOf(body), ...(onHead && { onHead }) }, budgetMs)
        : exchange(url, { method, headers, ...bodyOf(body) }, budgetMs));
      return sent.kind === 'response'
        ? { ...sent, response: withoutSecrets(sent.response, connection) }
        : sent;
    },
    companyInfo: (origin, company, budgetMs) => {
      const url = `${origin}/login/companyinfo/${encodeURIComponent(company)}`;
      return exchange(url, openly, budgetMs);
    },
  };
}

/** No retry: the verdict decides. No timeout: the wire keeps the time, of the answer's head and its body alike. */
const client = ky.create({ retry: 0, timeout: false });

/** Gets the signing keys of callbacks from their addresses; without authorisation, as others do (connectwise-api.md §9.4.7). */
export function createKeyClient(limits: ManageParts): (url: string, budgetMs: number) => Promise<Sent> {
  const exchange = createExchange(limits);
  return (url, budgetMs) => exchange(url, openly, budgetMs);
}

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

const textOf = (body: RequestBody) => (body.kind === 'json' ? { body: body.text } : {});

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

/** ky has nothing to do with an answer: it is read as it comes. */
const answered = new Response();

/**
 * ky makes the request, and its fetch is ours: that of the platform costs twice as much, and does not tell whether a request that failed
 * has left.
 */
function createExchange(limits: ManageParts) {
  const line = createCallLine(limits);
  const wire = createWire(limits, () => line);
  return async (url: string, options: Options, budgetMs: number): Promise<Sent> => {
    let sent: Sent | undefined;
    const fetch = async (input: string | URL | Request) => {
      const request = input instanceof Request ? input : new Request(input);
      sent = await wire(request.url, await outgoingOf(request), budgetMs);
      return answered;
    };
    try {
      await client(url, { ...options, fetch });
      return sent ?? { kind: 'refused', code: 'unknown error' };
    } catch (error) {
      // The wire throws nothing: where it was not asked, ky has made no request that could be sent. Only a code leaves here, since a ky
      // error holds the request, and with it the Authorization header.
      return sent ?? { kind: 'refused', code: codeOf(error) };
    }
  };
}

async function outgoingOf(request: Request): Promise<Outgoing> {
  const { method, headers, body } = request;
  return { method, headers: Object.fromEntries(headers), ...(body && { body: await request.bytes() }) };
}
