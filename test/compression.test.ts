import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compress } from '../lib/compression.ts';

/** Bytes that compress well or not at all, up to some megabytes. */
const body = fc
  .tuple(fc.uint8Array({ maxLength: 5_000 }), fc.nat({ max: 500 }))
  .map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes)));

test('what is compressed unpacks to the same, however many take turns', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(body, { maxLength: 25 }), async (bodies) => {
      const packed = await Promise.all(bodies.map(compress));
      for (const [place, bytes] of bodies.entries())
        expect(gunzipSync(packed[place] ?? '').equals(bytes)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('the same bytes are compressed the same, whatever was compressed before', async () => {
  const bytes = Buffer.from('It hums, it blinks. '.repeat(10_000));
  const first = await compress(bytes);
  await compress(Buffer.from('something else'));
  expect((await compress(bytes)).equals(first)).toBe(true);
});
