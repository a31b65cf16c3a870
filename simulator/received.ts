import type { IncomingMessage } from 'node:http';

/** A request as it came in. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** False where the body was larger than what is read. */
  readonly isWhole: boolean;
}

/** Larger bodies are refused: a bound of our own. */
const largestBodyBytes = 32 * 1024 * 1024;

/** Reads a request to its end. */
export async function receive(request: IncomingMessage, origin: string): Promise<Received> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    if (size <= largestBodyBytes) chunks.push(bytes);
  }
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  // Put behind the origin as text: resolved against it, a path that starts with two slashes would name a host.
  const path = request.url?.startsWith('/') ? request.url : '/';
  return {
    method: request.method ?? 'GET',
    url: new URL(origin + path),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
    isWhole: size <= largestBodyBytes,
  };
}
