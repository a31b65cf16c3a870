import { JsonText } from './json-text.ts';
import type { Result } from './result.ts';

/** A result as JSON, not put together yet: most of it may be a response that is too long to be sent. */
export interface Printing {
  /** Of its UTF-8. */
  readonly byteLength: number;
  text(): string;
}

/**
 * Prints a result as JSON. A response that is JSON already becomes its last member as it came, neither parsed nor printed again;
 * without one, this is JSON.stringify.
 */
export function print(result: Result): Printing {
  const { response, ...rest } = result;
  if (!(response instanceof JsonText)) {
    const text = JSON.stringify(result);
    return { byteLength: Buffer.byteLength(text), text: () => text };
  }
  // `version` and others always stand before it, so a comma is due.
  const head = `${JSON.stringify(rest).slice(0, -1)},"response":`;
  return {
    byteLength: Buffer.byteLength(head) + response.bytes.length + 1,
    text: () => `${head}${response.text()}}`,
  };
}

/** The JSON of a response by itself, in UTF-8. */
export const printResponse = (response: unknown): Uint8Array =>
  response instanceof JsonText ? response.bytes : Buffer.from(JSON.stringify(response ?? null));
