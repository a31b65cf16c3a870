import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ClaimStore, checkClaim } from '../lib/claim.ts';
import { type Result, resultSchema } from '../lib/result.ts';

const result: Result = {
  version: 1,
  id: 'erp-42',
  connection: 'acme',
  operationId: 'getServiceTickets',
  description: 'List tickets',
  succeeded: true,
  responseCode: '200',
  response: Array.from({ length: 200 }, (_, id) => ({ id, summary: 'Drucker streikt 🖨' })),
};

function observedStore() {
  const objects = new Map<string, Uint8Array>();
  const store: ClaimStore = {
    bucket: 'results-bucket',
    put: async (key, gzip) => {
      objects.set(key, gzip);
    },
  };
  return { objects, store };
}

const brokenStore: ClaimStore = {
  bucket: 'results-bucket',
  put: async () => {
    throw Object.assign(new Error('PUT https://signed.example/?X-Amz-Signature=abc'), {
      name: 'AccessDenied',
    });
  },
};

const length = Buffer.byteLength(JSON.stringify(result));

describe('a result that fits', () => {
  test('to the byte is sent as it is', async () => {
    const { objects, store } = observedStore();
    expect(await checkClaim(result, length, store)).toEqual({ result, text: JSON.stringify(result) });
    expect(objects.size).toBe(0);
  });

  test('counts bytes, not characters', async () => {
    const { objects, store } = observedStore();
    await checkClaim(result, JSON.stringify(result).length, store);
    expect(objects.size).toBe(1);
  });
});

describe('a result that does not fit', () => {
  test('by one byte leaves its response in the bucket', async () => {
    const { objects, store } = observedStore();
    const rendered = await checkClaim(result, length - 1, store);
    const { response, ...rest } = result;
    const [[key, stored] = ['', new Uint8Array()]] = objects;
    expect(JSON.parse(gunzipSync(stored).toString())).toEqual(response);
    expect(rendered.result).toEqual({
      ...rest,
      claim: {
        bucket: 'results-bucket',
        key,
        bytes: stored.byteLength,
        sha256: createHash('sha256').update(stored).digest('hex'),
      },
    });
  });

  test('fits then, and is a valid result', async () => {
    const { store } = observedStore();
    const rendered = await checkClaim(result, 1_000, store);
    expect(Buffer.byteLength(rendered.text)).toBeLessThanOrEqual(1_000);
    expect(JSON.parse(rendered.text)).toEqual(rendered.result);
    expect(resultSchema.safeParse(rendered.result).success).toBe(true);
  });

  test('writes the same object when it is done twice', async () => {
    const { objects, store } = observedStore();
    const first = await checkClaim(result, 1_000, store);
    expect(await checkClaim(result, 1_000, store)).toEqual(first);
    expect(objects.size).toBe(1);
  });

  test.each([{ id: 'erp-43' }, { connection: 'other' }, { response: [result.response, 1] }])(
    'writes another object with another %o',
    async (changes) => {
      const { objects, store } = observedStore();
      await checkClaim(result, 1_000, store);
      await checkClaim({ ...result, ...changes }, 1_000, store);
      expect(objects.size).toBe(2);
    },
  );

  test('cannot steer its key by its id', async () => {
    const { objects, store } = observedStore();
    await checkClaim({ ...result, id: '../../secrets/x' }, 1_000, store);
    expect([...objects.keys()][0]).toMatch(/^results\/[0-9a-f]{32}\/[0-9a-f]{64}\.json\.gz$/);
  });

  test('keeps its failure beside the claim', async () => {
    const { store } = observedStore();
    const failure = { reason: 'server_error', message: 'No.', retried: 3 };
    const rendered = await checkClaim({ ...result, succeeded: false, failure }, 1_000, store);
    expect(rendered.result).toMatchObject({ succeeded: false, failure, claim: { bucket: 'results-bucket' } });
  });

  test('is a failure where it nests so deep that nobody could write it down', async () => {
    const { objects, store } = observedStore();
    const response: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const { text } = await checkClaim({ ...result, response }, 1_000_000, store);
    expect(JSON.parse(text)).toMatchObject({
      succeeded: false,
      failure: {
        reason: 'response_not_stored',
        message: 'ConnectWise answered with status 200, but the response is nested too deep to be passed on.',
      },
    });
    expect(objects.size).toBe(0);
  });

  test('is a failure where it cannot be stored, in words of our own', async () => {
    const { result: unstored } = await checkClaim(result, 1_000, brokenStore);
    expect(unstored).toMatchObject({ id: 'erp-42', succeeded: false, responseCode: '200' });
    expect(unstored).not.toHaveProperty('response');
    expect(unstored.failure).toEqual({
      reason: 'response_not_stored',
      message: `ConnectWise answered with status 200, but the response (${length} bytes) could not be stored (AccessDenied).`,
      retried: 0,
    });
  });
});
