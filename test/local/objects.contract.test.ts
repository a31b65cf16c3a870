import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { againstAws, type ContractTarget, startContractTarget } from './contract-target.ts';

describe('objects', () => {
  let target: ContractTarget;
  let client: S3Client;
  let Bucket: string;

  beforeAll(async () => {
    target = await startContractTarget();
    client = new S3Client(target.client);
    Bucket = target.name('objects');
    await client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => target.close());

  const bytesOf = async (Key: string): Promise<Uint8Array | undefined> =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();

  test('an object comes back with what it was put with', async () => {
    const given = {
      ContentType: 'application/json',
      ContentEncoding: 'gzip',
      ContentDisposition: 'attachment; filename="a.json"',
      Metadata: { origin: 'test' },
    };
    const Key = 'results/ä b+(1)/x.json';
    const { ETag } = await client.send(
      new PutObjectCommand({ Bucket, Key, Body: Buffer.from('{}'), ...given }),
    );
    const read = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(read).toMatchObject({ ...given, ETag: '"99914b932bd37a50b983c5e7c90ae93b"', ContentLength: 2 });
    expect(await read.Body?.transformToString()).toBe('{}');
    expect(ETag).toBe(read.ETag);
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ...given,
      ETag,
      ContentLength: 2,
    });
  });

  test.each([0, 1, 65_536, 3_000_000])('a stream of %i bytes is unframed', async (length) => {
    const Body = Buffer.alloc(length, 'abcdefg');
    const Key = `stream-${length}`;
    const stream = Readable.from(length === 0 ? [] : [Body.subarray(0, 1), Body.subarray(1)], {
      objectMode: false,
    });
    await client.send(
      new PutObjectCommand({ Bucket, Key, Body: stream, ContentLength: length, ChecksumAlgorithm: 'CRC32' }),
    );
    expect(Body.equals((await bytesOf(Key)) ?? Buffer.alloc(0))).toBe(true);
    expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentEncoding).toBeUndefined();
  });

  test.each(['CRC32', 'SHA1', 'SHA256'] as const)(
    'a checksum by %s is accepted',
    async (ChecksumAlgorithm) => {
      await client.send(
        new PutObjectCommand({ Bucket, Key: 'sum', Body: ChecksumAlgorithm, ChecksumAlgorithm }),
      );
      expect(Buffer.from((await bytesOf('sum')) ?? []).toString()).toBe(ChecksumAlgorithm);
    },
  );

  test('a wrong checksum is refused', async () => {
    const request = new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'abc', ChecksumCRC32: 'AAAAAA==' });
    await expect(client.send(request)).rejects.toMatchObject({
      name: expect.stringMatching(/BadDigest|InvalidRequest/),
    });
    await expect(bytesOf('wrong')).rejects.toThrow(NoSuchKey);
  });

  test('an object that is not there is named by its error', async () => {
    await expect(bytesOf('missing')).rejects.toThrow(NoSuchKey);
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'missing' }))).rejects.toThrow(NotFound);
    const elsewhere = { Bucket: target.name('no-bucket'), Key: 'a' };
    await expect(client.send(new GetObjectCommand(elsewhere))).rejects.toThrow(NoSuchBucket);
    await expect(client.send(new PutObjectCommand({ ...elsewhere, Body: 'a' }))).rejects.toThrow(
      NoSuchBucket,
    );
  });

  test('a deleted object is gone, and deleting it again is no error', async () => {
    const Key = 'deleted';
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'a' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(bytesOf(Key)).rejects.toThrow(NoSuchKey);
  });

  test('a list gives keys and folders in their order, in pages', async () => {
    const keys = ['list/a', 'list/b/1', 'list/b/2', 'list/c&<', 'list/é'];
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const all = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/' }));
    expect(all.Contents?.map(({ Key }) => Key)).toEqual(keys);
    expect(all).toMatchObject({ KeyCount: 5, IsTruncated: false });

    const first = await client.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'list/', Delimiter: '/', MaxKeys: 2 }),
    );
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['list/a']);
    expect(first.CommonPrefixes).toEqual([{ Prefix: 'list/b/' }]);
    const next = { Bucket, Prefix: 'list/', Delimiter: '/', ContinuationToken: first.NextContinuationToken };
    const rest = await client.send(new ListObjectsV2Command(next));
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['list/c&<', 'list/é']);
  });

  test('an object is created once where it must be new', async () => {
    const put = (Body: string) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'once', Body, IfNoneMatch: '*' }));
    await put('first');
    await expect(put('second')).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(Buffer.from((await bytesOf('once')) ?? []).toString()).toBe('first');
  });

  test.skipIf(againstAws)('a sub-resource that is not emulated leaves the object alone', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'tagged', Body: 'body' }));
    const request = new PutObjectTaggingCommand({
      Bucket,
      Key: 'tagged',
      Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] },
    });
    await expect(client.send(request)).rejects.toMatchObject({ name: 'NotImplemented' });
    const read = await client.send(new GetObjectCommand({ Bucket, Key: 'tagged' }));
    expect((await buffer(read.Body instanceof Readable ? read.Body : Readable.from([]))).toString()).toBe(
      'body',
    );
  });
});
