import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkClaim } from '../lib/claim.ts';
import { JsonText } from '../lib/json-text.ts';
import { print } from '../lib/printing.ts';
import type { Result } from '../lib/result.ts';

const head = fc.record<Result>(
  {
    version: fc.constant(1 as const),
    id: fc.string({ unit: 'grapheme' }),
    succeeded: fc.boolean(),
    responseCode: fc.string(),
    page: fc.record({ id: fc.string(), number: fc.nat(), rows: fc.nat() }),
  },
  { requiredKeys: ['version', 'id', 'succeeded'] },
);
const json = fc.jsonValue({ stringUnit: 'grapheme' });
const asText = (value: unknown, indent = 0) => new JsonText(Buffer.from(JSON.stringify(value, null, indent)));

describe('a result whose response is JSON already', () => {
  test('says the same as one whose response is its value', () => {
    fc.assert(
      fc.property(head, json, fc.nat({ max: 2 }), (rest, value, indent) => {
        const text = print({ ...rest, response: asText(value, indent) }).text();
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ ...rest, response: value })));
      }),
    );
  });

  test('knows its length before it is put together', () => {
    fc.assert(
      fc.property(head, json, (rest, value) => {
        for (const response of [value, asText(value)]) {
          const printing = print({ ...rest, response });
          expect(printing.byteLength).toBe(Buffer.byteLength(printing.text()));
        }
      }),
    );
  });

  test('is spelt as it came', () => {
    const response = new JsonText(Buffer.from('[ {"id":1,"hours":1.50} ]'));
    const { text } = print({ version: 1, id: 'x', succeeded: true, response });
    expect(text()).toBe('{"version":1,"id":"x","succeeded":true,"response":[ {"id":1,"hours":1.50} ]}');
  });

  test('is a value for whoever prints it in another way', () => {
    const response = asText([{ id: 1 }], 2);
    expect(JSON.stringify({ id: 'x', response })).toBe('{"id":"x","response":[{"id":1}]}');
  });

  test('is claimed as it came where it is too long', async () => {
    const stored: Uint8Array[] = [];
    const put = async (_: string, gzip: Uint8Array) => void stored.push(gzip);
    const response = new JsonText(Buffer.from(`[ {"id":1,"name":"${'é'.repeat(500)}"} ]`));
    const result: Result = { version: 1, id: 'x', succeeded: true, response };
    const limit = print(result).byteLength;
    expect((await checkClaim(result, limit, { bucket: 'claims', put })).result).toBe(result);
    const claimed = await checkClaim(result, limit - 1, { bucket: 'claims', put });
    expect(stored.map((gzip) => gunzipSync(gzip).toString())).toEqual([response.text()]);
    expect(JSON.parse(claimed.text)).toEqual({
      version: 1,
      id: 'x',
      succeeded: true,
      claim: expect.objectContaining({ bucket: 'claims', bytes: stored[0]?.byteLength }),
    });
  });
});
