import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { AwsError } from './aws-call.ts';

const digests: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  'x-amz-checksum-crc32': (body) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return sum;
  },
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest(),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest(),
  'content-md5': (body) => createHash('md5').update(body).digest(),
};

/** The checksum of an object in the form that S3 sends it: CRC32 in base64. */
export const checksumOf = (body: Buffer): string => digest('x-amz-checksum-crc32', body);

/**
 * The bytes of an object as they were before the SDK framed them (`aws-chunked`), with every checksum checked that came in
 * a header or a trailer. Throws the AwsError that S3 answers with.
 */
export function readObjectBody(headers: IncomingHttpHeaders, raw: Buffer): Buffer {
  const framed = String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const { body, trailers } = framed ? unframe(raw) : { body: raw, trailers: {} };
  const decodedLength = headers['x-amz-decoded-content-length'];
  if (decodedLength !== undefined && Number(decodedLength) !== body.length) {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length header.',
    );
  }
  for (const [name, value] of Object.entries({ ...headers, ...trailers })) {
    const checks = name === 'content-md5' || /^x-amz-checksum-(?!algorithm|mode|type)/.test(name);
    if (checks && digest(name, body) !== value)
      throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
  return body;
}

/** What is left of Content-Encoding without the framing; undefined where nothing is. */
export function encodingOf(header: string | undefined): string | undefined {
  const codings = (header ?? '').split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',') || undefined;
}

function digest(name: string, body: Buffer): string {
  const calculate = digests[name];
  if (!calculate) throw new AwsError('NotImplemented', `The checksum ${name} is not emulated.`, 501);
  return calculate(body).toString('base64');
}

/** Chunks are `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n`; one of size 0 ends them, and trailers follow it. */
function unframe(raw: Buffer): { readonly body: Buffer; readonly trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let offset = 0;
  while (offset < raw.length) {
    const lineEnd = raw.indexOf('\r\n', offset);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(raw.toString('latin1', offset, lineEnd), 16);
    const start = lineEnd + 2;
    if (size === 0)
      return { body: Buffer.concat(chunks), trailers: trailersOf(raw.toString('latin1', start)) };
    if (Number.isNaN(size) || start + size > raw.length) break;
    chunks.push(raw.subarray(start, start + size));
    offset = start + size + 2;
  }
  throw new AwsError('IncompleteBody', 'The aws-chunked body ends before its last chunk.');
}

function trailersOf(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
}
