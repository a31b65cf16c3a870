import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCallLine } from '../../lib/clients/call-line.ts';
import { openPageLine } from '../../lib/clients/page-line.ts';
import { createWire, type Wire } from '../../lib/clients/wire.ts';
import type { OnHead } from '../../lib/response.ts';
import { serve } from './manage-exchange.ts';

const limits = { maxResponseBytes: 8 * 1_048_576, now: () => performance.now() };
const callLine = createCallLine(limits);
const pageLine = await openPageLine();

const get = async (wire: Wire, url: string) => {
  const sent = await wire(url, { method: 'GET', headers: {} }, 20_000);
  if (sent.kind !== 'response') throw new Error(`It came to ${JSON.stringify(sent)}.`);
  return sent.response;
};

/** As long as was asked for, and different for each. */
const bodyOf = (seed: number, length: number) => {
  const text = `page ${seed}, `;
  return Buffer.from(text.repeat(Math.ceil(length / text.length)).slice(0, length));
};

/** How a server sends a page: its length, in how many writes, and whether it says how long it is. */
const sending = fc.record({
  length: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 3_000_000 })),
  writes: fc.integer({ min: 1, max: 40 }),
  says: fc.boolean(),
  /** Whether its reader gives its memory back before the next ones come. */
  isReleased: fc.boolean(),
});

describe.each([
  ['call', createWire(limits, () => callLine)],
  ['page', createWire(limits, () => pageLine)],
])('the answer to a %s', (_, wire) => {
  test('is the one that was asked for, whatever came in its memory before and how it is cut', async () => {
    const site = await serve(async (incoming, outgoing) => {
      const asked = new URL(incoming.url ?? '', 'http://host').searchParams;
      const [seed, length, writes] = ['seed', 'length', 'writes'].map((name) => Number(asked.get(name)));
      const body = bodyOf(seed ?? 0, length ?? 0);
      if (asked.get('says') === 'true') outgoing.setHeader('content-length', body.length);
      const step = Math.max(1, Math.ceil(body.length / (writes ?? 1)));
      for (let at = 0; at < body.length; at += step) outgoing.write(body.subarray(at, at + step));
      outgoing.end();
    });
    let seed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sending, { minLength: 1, maxLength: 12 }), async (pages) => {
        const asked = pages.map((page) => ({ ...page, seed: seed++ }));
        const answers = await Promise.all(
          asked.map(async ({ seed, length, writes, says, isReleased }) => {
            const answer = await get(
              wire,
              `${site.baseUrl}/x?seed=${seed}&length=${length}&writes=${writes}&says=${says}`,
            );
            expect(bodyOf(seed, length).equals(answer.bytes)).toBe(true);
            if (isReleased) answer.release?.();
            return answer;
          }),
        );
        for (const [place, { seed, length, isReleased }] of asked.entries())
          if (!isReleased)
            expect(bodyOf(seed, length).equals(answers[place]?.bytes ?? Buffer.of(1))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('tells its head before its body has come, to each caller in its own context', async () => {
    let end = () => {};
    const site = await serve((_, outgoing) => {
      outgoing.writeHead(200, { link: '<x>; rel="next"' }).flushHeaders();
      end = () => outgoing.end('body');
    });
    const context = new AsyncLocalStorage<string>();
    const hear = (name: string) =>
      context.run(name, async () => {
        const heard: unknown[] = [];
        const onHead: OnHead = ({ get }) => {
          heard.push(context.getStore(), get('link'));
          end();
        };
        await wire(`${site.baseUrl}/x`, { method: 'GET', headers: {}, onHead }, 20_000);
        return heard;
      });
    for (const name of ['first', 'second']) expect(await hear(name)).toEqual([name, '<x>; rel="next"']);
  });

  test('tells no head where it is none with success', async () => {
    const site = await serve((_, outgoing) => outgoing.writeHead(429).end());
    const heads: unknown[] = [];
    const onHead = () => void heads.push('head');
    await wire(`${site.baseUrl}/x`, { method: 'GET', headers: {}, onHead }, 20_000);
    expect(heads).toEqual([]);
  });
});
