import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type AwsAnswer, type AwsCall, AwsError } from './aws-call.ts';
import { checksumOf, encodingOf, readObjectBody } from './object-body.ts';
import { listing, type StoredObject, xml } from './objects-xml.ts';
import { splitUrl } from './request-url.ts';
import { checkPresigned } from './signature.ts';

/** A bucket's objects by key. */
type Bucket = Map<string, StoredObject>;

export interface Objects {
  createBucket(name: string): void;
  /** Answers a call of S3 in path style. */
  answer(call: AwsCall): AwsAnswer;
}

interface Target {
  readonly bucketName: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Headers that S3 keeps with an object and sends back. */
const keptHeaders = ['content-type', 'content-disposition', 'content-language', 'cache-control', 'expires'];
/** Anything else in a query names a sub-resource (tagging, uploads, acl …): to take it for a plain PUT would destroy the object. */
const knownQuery =
  /^(?:x-id|list-type|prefix|delimiter|max-keys|start-after|continuation-token|encoding-type|response-.+|x-amz-.+)$/i;

/** S3 in memory: whole objects, in path style, read by key pair or by presigned link. Multipart, versions and ranges are not emulated. */
export function createObjects(now: () => number): Objects {
  const buckets = new Map<string, Bucket>();
  const createBucket = (name: string) => {
    if (!buckets.has(name)) buckets.set(name, new Map());
  };
  const answerBucketCall = (call: AwsCall, { bucketName, query }: Target): AwsAnswer => {
    if (call.method === 'PUT') createBucket(bucketName);
    const bucket = existing(buckets, bucketName);
    if (call.method === 'GET' && query.get('list-type') === '2')
      return { status: 200, headers: xmlHeaders, body: listing(bucketName, bucket, query) };
    if (call.method === 'PUT' || call.method === 'HEAD') return { status: 200, headers: {}, body: '' };
    throw new AwsError('NotImplemented', `${call.method} of a bucket is not emulated.`, 501);
  };
  return {
    createBucket,
    answer: (call) => {
      try {
        const target = admit(call, now());
        if (target.key === '') return answerBucketCall(call, target);
        return answerObjectCall(call, existing(buckets, target.bucketName), target, now());
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const body = call.method === 'HEAD' ? '' : xml('Error', { Code: error.code, Message: error.message });
        return { status: error.status, headers: xmlHeaders, body };
      }
    },
  };
}

const xmlHeaders = { 'content-type': 'application/xml' };

/** Lets in who signed, in the header or by a link. Header signatures are not checked: they come from this machine. */
function admit(call: AwsCall, nowMs: number): Target {
  const { path, ...rest } = splitUrl(call.url);
  const query = new URLSearchParams(rest.query);
  const [, bucketName = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decode(path)) ?? [];
  if (query.has('X-Amz-Signature')) checkPresigned(call, nowMs);
  else if (call.headers.authorization === undefined) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const unknown = [...query.keys()].find((name) => !knownQuery.test(name));
  if (unknown === undefined) return { bucketName, key, query };
  throw new AwsError('NotImplemented', `The sub-resource ${unknown} is not emulated.`, 501);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

function existing(buckets: ReadonlyMap<string, Bucket>, name: string): Bucket {
  const bucket = buckets.get(name);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  return bucket;
}

function answerObjectCall(call: AwsCall, bucket: Bucket, { key, query }: Target, nowMs: number): AwsAnswer {
  switch (call.method) {
    case 'PUT':
      return put(call, bucket, key, nowMs);
    case 'GET':
    case 'HEAD':
      return read(call, bucket, key, query);
    case 'DELETE':
      bucket.delete(key);
      return { status: 204, headers: {}, body: '' };
    default:
      throw new AwsError(
        'MethodNotAllowed',
        'The specified method is not allowed against this resource.',
        405,
      );
  }
}

function put({ headers, body: raw }: AwsCall, bucket: Bucket, key: string, nowMs: number): AwsAnswer {
  if (headers['x-amz-copy-source'] !== undefined)
    throw new AwsError('NotImplemented', 'CopyObject is not emulated.', 501);
  const present = bucket.get(key);
  const unwanted =
    headers['if-none-match'] === '*'
      ? present
      : headers['if-match'] !== undefined && headers['if-match'] !== present?.etag;
  if (unwanted)
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    );
  const body = readObjectBody(headers, raw);
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  const checksum = checksumOf(body);
  bucket.set(key, { body, etag, checksum, modifiedAtMs: nowMs, headers: kept(headers) });
  return {
    status: 200,
    headers: { etag, 'x-amz-checksum-crc32': checksum, 'x-amz-checksum-type': 'FULL_OBJECT' },
    body: '',
  };
}

function kept(headers: IncomingHttpHeaders): Record<string, string> {
  const encoding = encodingOf(headers['content-encoding']);
  const wanted = Object.entries(headers).filter(
    ([name]) => keptHeaders.includes(name) || name.startsWith('x-amz-meta-'),
  );
  return {
    'content-type': 'binary/octet-stream',
    ...Object.fromEntries(wanted.map(([name, value]) => [name, String(value)])),
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  };
}

function read(call: AwsCall, bucket: Bucket, key: string, query: URLSearchParams): AwsAnswer {
  const object = bucket.get(key);
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (call.headers.range !== undefined) throw new AwsError('NotImplemented', 'Ranges are not emulated.', 501);
  const overrides = [...query].filter(([name]) => name.startsWith('response-'));
  const headers = {
    ...object.headers,
    ...Object.fromEntries(overrides.map(([name, value]) => [name.slice('response-'.length), value])),
    etag: object.etag,
    'last-modified': new Date(object.modifiedAtMs).toUTCString(),
    'content-length': String(object.body.length),
    ...(call.headers['x-amz-checksum-mode'] === 'ENABLED' && {
      'x-amz-checksum-crc32': object.checksum,
      'x-amz-checksum-type': 'FULL_OBJECT',
    }),
  };
  if (call.headers['if-none-match'] === object.etag)
    return { status: 304, headers: { etag: object.etag }, body: '' };
  return { status: 200, headers, body: call.method === 'HEAD' ? '' : object.body };
}
