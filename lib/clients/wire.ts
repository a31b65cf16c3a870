import { AsyncLocalStorage } from 'node:async_hooks';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isSuccess, type ManageResponse, type OnHead, type Sent } from '../response.ts';
import { codeOf, isBeforeSending } from './breakage.ts';
import { type Buffers, createBuffers } from './buffers.ts';

interface WireParts {
  /** A body larger than this is given up. */
  readonly maxResponseBytes: number;
  readonly now: () => number;
}

export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly onHead?: OnHead;
}

/** Sends a request once. Never throws: whatever happens comes back as a Sent. */
export type Wire = (url: string, outgoing: Outgoing, budgetMs: number) => Promise<Sent>;

/** What hears of a call as it goes on: `failed` or `ended` is the last of it. */
export interface Ear {
  /** @param stop ends the call wherever it is. */
  started(stop: () => void): void;
  answered(status: number, header: (name: string) => string | readonly string[] | undefined): void;
  data(chunk: Buffer): void;
  ended(): void;
  /** @param hasLeft false where it is known that nothing of the request did. */
  failed(error: unknown, hasLeft: boolean): void;
}

/** Makes the calls: one of node:https (call-line.ts) and one of undici (page-line.ts). May throw. */
export type Line = (url: URL, outgoing: Outgoing, ear: Ear) => void;

const unzip = promisify(gunzip);

/**
 * Holds a call to its time and its size, and puts its answer together. It does as fetch does: no redirect is followed, what is packed is
 * unpacked, a 421 is repeated once.
 */
export function createWire({ maxResponseBytes, now }: WireParts, lineOf: () => Line | Promise<Line>): Wire {
  const buffers = createBuffers();
  return async (url, outgoing, budgetMs) => {
    const startedAtMs = now();
    const call = openCall(maxResponseBytes, buffers);
    const timer = setTimeout(call.giveUp, Math.max(0, Math.ceil(budgetMs)), 'timed_out');
    try {
      const line = await lineOf();
      let answer = await call.send(line, url, outgoing);
      // Misdirected means not executed: another connection may lead to where it belongs.
      if (answer.status === 421) answer = await call.send(line, url, outgoing);
      return { kind: 'response', response: await unpacked(answer, maxResponseBytes) };
    } catch (error) {
      const { givenUp, status, hasLeft } = call.seen;
      if (givenUp === 'timed_out') return { kind: 'timed_out', afterMs: Math.round(now() - startedAtMs) };
      const isTooLarge = givenUp === 'too_large' || codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
      if (isTooLarge && status !== undefined)
        return { kind: 'too_large', status, limitBytes: maxResponseBytes };
      const code = codeOf(error);
      if (status === undefined && (!hasLeft || isBeforeSending(code))) return { kind: 'refused', code };
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
  const seen: { status?: number; givenUp?: Reason; hasLeft: boolean } = { hasLeft: false };
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
  const send = (line: Line, url: string, { headers, onHead, ...outgoing }: Outgoing) => {
    const { promise, resolve, reject: fail } = Promise.withResolvers<ManageResponse>();
    const chunks: Buffer[] = [];
    let whole: Buffer<ArrayBuffer> | undefined;
    let size = 0;
    let spent: ArrayBufferLike | undefined;
    let get: ManageResponse['headers']['get'] = () => null;
    // A connection hears in the context of the call that opened it, and the log would count what follows for that one.
    const hear = onHead && AsyncLocalStorage.bind(onHead);
    const ear: Ear = {
      started: (stopIt) => {
        stop = stopIt;
        if (seen.givenUp) stop();
      },
      answered: (status, header) => {
        seen.status = status;
        const length = Number(header('content-length'));
        whole = length > 0 && length <= maxBytes ? buffers.take(length) : undefined;
        get = (name) => [header(name.toLowerCase()) ?? []].flat().join(', ') || null;
        if (isSuccess({ status })) hear?.({ get });
      },
      data: (chunk) => {
        if (whole) chunk.copy(whole, size);
        if (whole) spent = freed(spent, chunk);
        size += chunk.length;
        if (size > maxBytes) giveUp('too_large');
        else if (!whole) chunks.push(chunk);
      },
      ended: () => {
        const answer = { status: seen.status ?? 0, headers: { get } };
        if (!whole) return resolve({ ...answer, bytes: Buffer.concat(chunks, size) });
        // Every answer is held to its length. If one were not, the rest would be of another page.
        if (size !== whole.length) return fail(new Error('The answer has another length than it said.'));
        const bytes = whole;
        resolve({ ...answer, bytes, release: () => buffers.giveBack(bytes) });
      },
      failed: (error, hasLeft) => {
        seen.hasLeft = hasLeft;
        fail(error);
      },
    };
    const asked = { 'accept-encoding': 'gzip', 'user-agent': 'node', ...headers };
    line(new URL(url), { ...outgoing, headers: asked }, ear);
    // A line that throws has sent nothing.
    seen.hasLeft = true;
    return Promise.race([promise, end]);
  };
  return { seen, giveUp, send };
}

/**
 * Frees the memory of the last chunk, which was copied, at once: V8 would leave some 20 MB of chunks to pile up and then mark all of its
 * heap on every thread, which was a third of what a page costs. A new chunk is the sign that the line is through with the last one.
 * Only a chunk that has its memory to itself is freed, as the 16 KB of a TLS record have; others share Node's pool.
 * @returns the memory to be freed next.
 */
function freed(spent: ArrayBufferLike | undefined, { buffer, length }: Buffer): ArrayBufferLike | undefined {
  if (spent === buffer) return spent;
  if (spent instanceof ArrayBuffer) spent.transfer(0);
  return buffer.byteLength === length ? buffer : undefined;
}
