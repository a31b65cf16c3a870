import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ContractTarget, startContractTarget } from './contract-target.ts';

describe('presigned links', () => {
  let target: ContractTarget;
  let client: S3Client;
  let Bucket: string;
  const Key = 'results/ä b+(1)!/x.json';

  beforeAll(async () => {
    target = await startContractTarget();
    client = new S3Client(target.client);
    Bucket = target.name('links');
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'claimed', ContentType: 'text/plain' }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'other', Body: 'secret' }));
  });
  afterAll(() => target.close());

  const link = (overrides = {}, signingDate = new Date()) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket, Key, ...overrides }), { expiresIn: 60, signingDate });

  test('a link reads its object without credentials', async () => {
    const response = await fetch(await link());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(await response.text()).toBe('claimed');
  });

  test('a link sets the headers that were signed with it', async () => {
    const response = await fetch(
      await link({ ResponseContentDisposition: 'attachment; filename="x y.json"' }),
    );
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="x y.json"');
  });

  test('an expired link is refused', async () => {
    const response = await fetch(await link({}, new Date(Date.now() - 61_000)));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain(
      '<Code>AccessDenied</Code><Message>Request has expired</Message>',
    );
  });

  test('a link from the future is refused', async () => {
    expect((await fetch(await link({}, new Date(Date.now() + 3_600_000)))).status).toBe(403);
  });

  test('a link that names another object is refused', async () => {
    const tampered = new URL(await link());
    tampered.pathname = `/${Bucket}/other`;
    const response = await fetch(tampered);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  test('a link that was changed anywhere is refused', async () => {
    const good = await link();
    const signed = new URL(good).search.slice(1);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(signed.length - 1),
        fc.constantFrom('0', '7', 'A', 'z'),
        async (at, character) => {
          const search = signed.slice(0, at) + character + signed.slice(at + 1);
          fc.pre(new URLSearchParams(search).toString() !== new URLSearchParams(signed).toString());
          const response = await fetch(good.replace(signed, search));
          expect(response.status).toBeGreaterThanOrEqual(400);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a link to read does not write', async () => {
    expect((await fetch(await link(), { method: 'PUT', body: 'overwritten' })).status).toBe(403);
    expect(await (await fetch(await link())).text()).toBe('claimed');
  });

  test('nobody reads without a signature', async () => {
    const { origin, pathname } = new URL(await link());
    expect((await fetch(origin + pathname)).status).toBe(403);
  });
});
