import { isUtf8 } from 'node:buffer';
import type { Operation } from './catalogue/operation.ts';
import { JsonText } from './json-text.ts';
import { isJsonLine } from './pull/row-scan.ts';

/** An HTTP answer of ConnectWise, whole, before anything is made of it. */
export interface ManageResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly bytes: Uint8Array;
  /** Gives the bytes back for another page, where nobody reads them any more. */
  readonly release?: () => void;
}

/** Hears the head of an answer with success as soon as it comes, before its body; once for each try. Never throws. */
export type OnHead = (headers: ManageResponse['headers']) => void;

/**
 * What became of sending a request.
 * - `refused`: it never left (DNS, connect, TLS), so it was not executed.
 * - `timed_out`: no complete answer within the time that was left.
 * - `incomplete`: the connection broke after sending; `status` is there when the answer had begun.
 * - `too_large`: the body passed the limit and was given up.
 * `code` is a word of the platform, such as ECONNREFUSED: never a message, which may quote the request.
 */
export type Sent =
  | { readonly kind: 'response'; readonly response: ManageResponse }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'timed_out'; readonly afterMs: number }
  | { readonly kind: 'incomplete'; readonly code: string; readonly status?: number }
  | { readonly kind: 'too_large'; readonly status: number; readonly limitBytes: number };

/** What ConnectWise answered, as it stands in a result. */
export interface Answer {
  readonly responseCode: string;
  /** JSON where it is JSON, and JsonText where that is long; else text; a Binary where it is bytes; null where it is empty. */
  readonly response: unknown;
  /** ConnectWise's own id of the request. */
  readonly requestId?: string;
}

/** Bytes in a result. */
interface Binary {
  readonly contentType: string;
  readonly fileName?: string;
  readonly base64: string;
}

const utf8 = new TextDecoder('utf-8');
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

export const textOf = (bytes: Uint8Array): string => utf8.decode(bytes);

/** The JSON of a body; undefined where it is none, which no content type tells (connectwise-api.md §6.2). */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return undefined;
  }
}

export const isSuccess = ({ status }: Pick<ManageResponse, 'status'>): boolean =>
  status >= 200 && status < 300;

/**
 * Reads an answer into what a result carries. Nothing is trusted but the bytes: a content type may say JSON and be HTML
 * (connectwise-api.md §6.2), and error bodies are never bytes, whatever was asked for.
 * @param wantsBytes the caller gave the input `return: "binary"`.
 */
export function readAnswer(response: ManageResponse, operation: Operation, wantsBytes: boolean): Answer {
  const requestId = response.headers.get('x-cw-request-id');
  const asBytes = isSuccess(response) && (wantsBytes || operation.success.kind === 'binary');
  return {
    responseCode: String(response.status),
    response:
      asBytes && response.bytes.length > 0 ? readBinary(response, operation) : readBody(response, operation),
    ...(requestId !== null && { requestId }),
  };
}

function readBody(response: ManageResponse, operation: Operation): unknown {
  if (!isSuccess(response)) return jsonOrText(textOf(response.bytes));
  if (isLongJson(response.bytes)) return new JsonText(response.bytes, response.release);
  try {
    return jsonOrText(strictUtf8.decode(response.bytes));
  } catch {
    // Not text at all: an undeclared binary. As text it would be mangled beyond repair.
    return readBinary(response, operation);
  }
}

/** From here on it is worth it not to parse what only passes through. */
const longFromBytes = 1_024;

const isLongJson = (bytes: Uint8Array): boolean =>
  bytes.length >= longFromBytes && isUtf8(bytes) && isJsonLine(bytes);

function jsonOrText(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readBinary(response: ManageResponse, operation: Operation): Binary {
  const fileName = fileNameIn(response.headers.get('content-disposition'));
  const contentType = response.headers.get('content-type') ?? operation.success.contentType;
  return {
    contentType: contentType ?? 'application/octet-stream',
    ...(fileName !== undefined && { fileName }),
    base64: Buffer.from(response.bytes).toString('base64'),
  };
}

/** Quotes are optional in the header (connectwise-api.md §8); a UTF-8 name (RFC 5987) wins. */
function fileNameIn(disposition: string | null): string | undefined {
  if (disposition === null) return undefined;
  const extended = /filename\*=UTF-8'[^']*'([^;]+)/i.exec(disposition)?.[1];
  if (extended !== undefined) return decodeLeniently(extended.trim());
  const [, inQuotes, bare] = /filename=(?:"([^"]+)|([^";]+))/i.exec(disposition) ?? [];
  return inQuotes ?? bare?.trim();
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The wait that a `Retry-After` header asks for, in milliseconds; undefined where it is missing or unreadable. A date is
 * read against the answer's own `Date`, so that no clock but the server's counts.
 */
export function retryAfterMs(response: ManageResponse): number | undefined {
  const header = response.headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000;
  const waitMs = Date.parse(header) - Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** An error body's code and message, whichever of its shapes it has (connectwise-api.md §6); undefined on success. */
export function errorOf(
  response: ManageResponse,
): { readonly code?: string; readonly message: string } | undefined {
  if (isSuccess(response)) return undefined;
  const text = textOf(response.bytes).trim();
  const status = `ConnectWise answered with status ${response.status}`;
  if (text === '') return { message: `${status} and no body.` };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return {
      message: /<html|<!doctype/i.test(text)
        ? `${status} and a web page${titleOf(text)}.`
        : `${status}: ${excerpt(text)}`,
    };
  }
  const message = messageOf(body);
  const code = textMember(body, 'code') ?? textMember(body, 'error');
  return {
    ...(code !== undefined && { code }),
    message: message === undefined ? `${status}: ${excerpt(text)}` : `${status}: ${message}`,
  };
}

function messageOf(body: unknown): string | undefined {
  const errors = memberOf(body, 'errors');
  const nested = Array.isArray(errors) ? errors.map((error) => textMember(error, 'message')) : [];
  const parts = [textMember(body, 'message'), ...nested].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : excerpt(parts.join(' · '));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textMember(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}

function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(html.slice(0, 2_000))?.[1]?.trim();
  return title ? ` titled "${title}"` : '';
}

const excerpt = (text: string) =>
  (text.length > 500 ? `${text.slice(0, 500)}…` : text).replaceAll(/\s+/g, ' ');
