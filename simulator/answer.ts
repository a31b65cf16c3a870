import type { Json } from './json.ts';

/** What goes back to the caller, before the transport adds its own headers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const jsonType = 'application/json; charset=utf-8';

/** A compact JSON answer, as successes are sent. The type is plain JSON whatever model was asked for (§2.3). */
export function jsonAnswer(status: number, value: Json, headers: Record<string, string> = {}): Answer {
  return jsonTextAnswer(status, Buffer.from(JSON.stringify(value)), headers);
}

/** An answer whose JSON is text already. */
export function jsonTextAnswer(status: number, body: Buffer, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': jsonType, ...headers }, body };
}

/** An answer of plain text or HTML, as the gateway and IIS give. */
export function textAnswer(status: number, text: string, contentType = 'text/plain; charset=utf-8'): Answer {
  return { status, headers: { 'content-type': contentType }, body: Buffer.from(text) };
}

/** An answer without a body, such as a 204. */
export function emptyAnswer(status: number): Answer {
  return { status, headers: {}, body: Buffer.alloc(0) };
}

/** Bytes with the headers of a download (connectwise-api.md §8). */
export function fileAnswer(status: number, file: StoredFile): Answer {
  const name = file.fileName.replace(/[^\w .()-]/g, '_');
  return {
    status,
    headers: { 'content-type': file.contentType, 'content-disposition': `attachment; filename="${name}"` },
    body: file.bytes,
  };
}

/** A file as the simulator keeps it. */
export interface StoredFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}
