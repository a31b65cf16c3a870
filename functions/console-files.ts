import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the console as it is sent. */
export interface ConsoleFile {
  readonly type: string;
  readonly gzip: Buffer;
  /** Changes with the content: a browser that has it already is told so. */
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
};

/** @param name with its ending, which says what it is. */
export function consoleFile(name: string, gzip: Buffer): ConsoleFile {
  const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  const etag = `"${createHash('sha256').update(gzip).digest('hex').slice(0, 32)}"`;
  return { type, gzip, etag };
}

/** The files of a folder by name, which `infra/build-console.ts` left there with `.gz` behind it. */
export function readConsoleFiles(folder: string): ReadonlyMap<string, ConsoleFile> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.gz'));
  return new Map(
    names.map((file) => {
      const name = file.slice(0, -'.gz'.length);
      return [name, consoleFile(name, readFileSync(join(folder, file)))];
    }),
  );
}

/** The page loads from here alone, talks to here alone and may not be framed. Styles are also made by the editor; files are shown from memory. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  'frame-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What every answer to the page says, whatever it is. */
export const pageHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
