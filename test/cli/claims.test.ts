import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkClaim } from '../../lib/claim.ts';
import { createObjects } from '../../lib/clients/objects.ts';
import type { Result } from '../../lib/result.ts';
import { accessKey, region } from '../../local/region.ts';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());
beforeEach(() => {
  connector.doors.takeResults();
});

const manage: Connector['manage'] = (...given) => connector.manage(...given);
const response = Array.from({ length: 200 }, (_, row) => ({ id: row + 1, name: `Company ${row}` }));

/** A result whose response was left in the bucket, as the connector leaves one. */
async function claimed(id: string, fields: Partial<Result> = {}): Promise<Result> {
  const { endpoint } = connector.doors.gateway;
  const objects = createObjects('claims', { endpoint, region, credentials: accessKey });
  const whole = { version: 1, id, succeeded: true, responseCode: '200', response, ...fields } as const;
  const { result } = await checkClaim(whole, 1_000, objects);
  expect(result).not.toHaveProperty('response');
  return result;
}

const put = (result: Result) => connector.put('results', JSON.stringify(result));

describe('claims', () => {
  test('of results are put in their place, on the terminal and in a file', async () => {
    put(await claimed('shown'));
    const { code, out } = await manage(['results', '--drain']);
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { version: 1, id: 'shown', succeeded: true, responseCode: '200', response },
    ]);
    put(await claimed('kept'));
    const output = join(connector.folder, 'kept.jsonl');
    await manage(['results', '--drain', '-o', output]);
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ id: 'kept', response });
  });

  test('of results are left where they are wanted so', async () => {
    const result = await claimed('left');
    put(result);
    expect(JSON.parse((await manage(['results', '--drain', '--no-claims'])).out)).toEqual(result);
  });

  test.each([
    ['is gone', { key: 'results/none.json.gz' }, 'cannot be fetched (NoSuchKey)'],
    ['was changed', { sha256: '0'.repeat(64) }, 'its content is not what was claimed'],
  ])('of which the object %s stay as they are, with a sentence', async (_, fields, sentence) => {
    const { claim, ...rest } = await claimed('lost');
    if (!claim) throw new Error('It has no claim.');
    const lost = { ...rest, claim: { ...claim, ...fields } };
    put(lost);
    const { code, out, err } = await manage(['results', '--drain']);
    expect([code, JSON.parse(out)]).toEqual([0, lost]);
    expect(err).toContain(sentence);
  });

  test('of pages become the records of a pull', async () => {
    const output = join(connector.folder, 'pulled.jsonl');
    const pulling = manage(['pull', 'getCompanyCompanies', '-o', output]);
    await expect.poll(() => connector.doors.gateway.queues.find('invocations')?.count().visible).toBe(1);
    const [{ id = '' } = {}] = connector.doors.receive().Records.map(({ body }) => JSON.parse(body));
    put(await claimed(id, { page: { id: 'p1', number: 1, rows: 200 } }));
    const certificate = {
      complete: true,
      way: 'keyset',
      stable: true,
      pages: 1,
      rows: 200,
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:01.000Z',
    } as const;
    put({ version: 1, id, succeeded: true, certificate });
    expect((await pulling).code).toBe(0);
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(response);
  });

  describe('by the API', () => {
    const large = { text: 'x'.repeat(8_000_000) };
    const failOnce = () =>
      connector.doors.simulator.failNext({ method: 'GET', path: '/system/info', status: 200, body: large });

    test('are followed by the link that it made', async () => {
      failOnce();
      const { code, out } = await manage(['invoke', 'getSystemInfo']);
      expect([code, JSON.parse(out)]).toEqual([0, large]);
      failOnce();
      const whole = JSON.parse((await manage(['invoke', 'getSystemInfo', '--json'])).out);
      expect(whole).toMatchObject({ succeeded: true, response: large });
      expect(whole).not.toHaveProperty('claim');
    });

    test('are left where they are wanted so, and shown', async () => {
      failOnce();
      const { out } = await manage(['invoke', 'getSystemInfo', '--no-claims']);
      expect(JSON.parse(out)).toMatchObject({ bucket: 'claims', url: expect.any(String) });
    });
  });
});
