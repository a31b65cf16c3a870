import { createSecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Agent, Dispatcher } from 'undici';
import type { ManageResponse, Sent } from '../response.ts';
import { codeOf, isBeforeSending } from './breakage.ts';
import { type Buffers, createBuffers } from './buffers.ts';

export interface WireParts {
  /** A body larger than this is given up. */
  readonly maxResponseBytes: number;
  readonly now: () => number;
}

export interface Outgoing {
  readonly method: string;
  readonly headers: Record<string, string>;
  /** A form is none that a page is asked for by. */
  readonly body?: string | FormData;
}

/** Sends a request once. Never throws: whatever happens comes back as a Sent. */
export type Wire = (url: string, outgoing: Outgoing, budgetMs: number) => Promise<Sent>;

const unzip = promisify(gunzip);

/** Made once: with the certificates that are trusted it takes a millisecond, which every new connection would take. */
const connect = () => ({ secureContext: createSecureContext() });

/**
 * The way of pages, which are long: undici without the streams and copies that fetch puts around it, at half of its cost
 * (bench/profiles/pull.txt). It does as fetch does: it follows no redirect, trusts the same certificates, repeats a 421 once. What
 * fetch unpacks while it comes is unpacked when it is whole, on a thread beside.
 */
export function createWire({ maxResponseBytes, now }: WireParts): Wire {
  let agent: Promise<Agent> | undefined;
  const buffers = createBuffers();
  return async (url, outgoing, budgetMs) => {
    // Most workers never pull, so none loads it before it does.
    agent ??= import('undici').then(({ Agent }) => new Agent({ allowH2: false, connect: connect() }));
    const dispatcher = await agent;
    const startedAtMs = now();
    const call = openCall(maxResponseBytes, buffers);
    const timer = setTimeout(call.giveUp, Math.max(0, Math.ceil(budgetMs)), 'timed_out');
    try {
      let answer = await call.send(dispatcher, url, outgoing);
      // Misdirected means not executed: another connection may lead to where it belongs.
      if (answer.status === 421) answer = await call.send(dispatcher, url, outgoing);
      return { kind: 'response', response: await unpacked(answer, maxResponseBytes) };
    } catch (error) {
      const { givenUp, status } = call.seen;
      if (givenUp === 'timed_out') return { kind: 'timed_out', afterMs: Math.round(now() - startedAtMs) };
      const isTooLarge = givenUp === 'too_large' || codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
      if (isTooLarge && status !== undefined)
        return { kind: 'too_large', status, limitBytes: maxResponseBytes };
      const code = codeOf(error);
      if (status === undefined && isBeforeSending(code)) return { kind: 'refused', code };
      return { kind: 'incomplete', code, ...(status !== undefined && { status }) };
    } finally {
      clearTimeout(timer);
    }
  };
}

async function unpacked(answer: ManageResponse, maxOutputLength: number): Promise<ManageResponse> {
  if (!/^(?:x-)?gzip$/i.test(answer.headers.get('content-encoding') ?? '')) return answer;
  const { release, ...packed } = answer;
  const bytes = await unzip(answer.bytes, { maxOutputLength });
  release?.();
  return { ...packed, bytes };
}

type Reason = 'timed_out' | 'too_large';

/** A call that can be given up wherever it is, and what is known of it by then. */
function openCall(maxBytes: number, buffers: Buffers) {
  const seen: { status?: number; givenUp?: Reason } = {};
  const { promise: end, reject } = Promise.withResolvers<never>();
  // Nobody listens between two tries, or when it is over.
  end.catch(() => undefined);
  let stop = () => {};
  const giveUp = (reason: Reason): void => {
    seen.givenUp ??= reason;
    // One that has no connection yet cannot be stopped: it is, before it leaves, as soon as it has one.
    stop();
    reject(new Error(reason));
  };
  const send = (dispatcher: Dispatcher, url: string, { method, headers, body }: Outgoing) => {
    if (typeof body === 'object') throw new Error('No page is asked for by a form.');
    const { origin, pathname, search } = new URL(url);
    const { promise, resolve, reject: fail } = Promise.withResolvers<ManageResponse>();
    const chunks: Buffer[] = [];
    let whole: Buffer<ArrayBuffer> | undefined;
    let size = 0;
    let spent: ArrayBufferLike | undefined;
    let get: ManageResponse['headers']['get'] = () => null;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        stop = () => controller.abort(new Error('It was given up.'));
        if (seen.givenUp) stop();
      },
      onResponseStart: (_, status, found) => {
        seen.status = status;
        const length = Number(found['content-length']);
        whole = length > 0 && length <= maxBytes ? buffers.take(length) : undefined;
        get = (name) => [found[name.toLowerCase()] ?? []].flat().join(', ') || null;
      },
      onResponseData: (_, chunk) => {
        if (whole) chunk.copy(whole, size);
        if (whole) spent = freed(spent, chunk);
        size += chunk.length;
        if (size > maxBytes) giveUp('too_large');
        else if (!whole) chunks.push(chunk);
      },
      onResponseEnd: () => {
        const answer = { status: seen.status ?? 0, headers: { get } };
        if (!whole) return resolve({ ...answer, bytes: Buffer.concat(chunks, size) });
        // undici holds every answer to its length. If it did not, the rest would be of another page.
        if (size !== whole.length) return fail(new Error('The answer has another length than it said.'));
        const bytes = whole;
        resolve({ ...answer, bytes, release: () => buffers.giveBack(bytes) });
      },
      onResponseError: (_, error) => fail(error),
    };
    const asked = { 'accept-encoding': 'gzip', 'user-agent': 'node', ...headers };
    const options = { origin, path: `${pathname}${search}`, method, headers: asked, body: body ?? null };
    dispatcher.dispatch(options, handler);
    return Promise.race([promise, end]);
  };
  return { seen, giveUp, send };
}

/**
 * Frees the memory of the last chunk, which was copied, at once: V8 would leave some 20 MB of chunks to pile up and then mark all of its
 * heap on every thread, which was a third of what a page costs. A new chunk is the sign that undici is through with the last one.
 * Only a chunk that has its memory to itself is freed, as the 16 KB of a TLS record have; others share Node's pool.
 * @returns the memory to be freed next.
 */
function freed(spent: ArrayBufferLike | undefined, { buffer, length }: Buffer): ArrayBufferLike | undefined {
  if (spent === buffer) return spent;
  if (spent instanceof ArrayBuffer) spent.transfer(0);
  return buffer.byteLength === length ? buffer : undefined;
}
