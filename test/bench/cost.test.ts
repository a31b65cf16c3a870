import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countPulls, countQueue } from '../../bench/cost/counting.ts';
import { blocksOf } from '../../bench/cost/document.ts';
import { billOf, dominant, mostASecond } from '../../bench/cost/model.ts';
import { billText, dollarText } from '../../bench/cost/text.ts';
import { less, noUsage, sumOf, times, type Usage } from '../../bench/cost/usage.ts';
import { readCounted, workloadOf } from '../../bench/cost.ts';
import { filled } from '../../bench/fill.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

const standing = { connections: 0, memoryMb: 512 };
const dollarsOf = (usage: Partial<Usage>, stands = standing) =>
  billOf({ ...noUsage(), ...usage }, stands).dollars;

describe('a bill', () => {
  test('prices each quantity at its list price', () => {
    expect(dollarsOf({ invokes: 1e6 })).toBeCloseTo(0.2);
    expect(dollarsOf({ receives: 1e6, deletes: 1e6, sends: 1e6, rests: 1e6 })).toBeCloseTo(1.6);
    expect(dollarsOf({ tableWrites: 1e6, tableReads: 1e6 })).toBeCloseTo(0.75);
    expect(dollarsOf({ objectPuts: 1e6, objectGets: 1e6 })).toBeCloseTo(5.4);
    expect(dollarsOf({ secretReads: 1e6 })).toBeCloseTo(5);
    expect(dollarsOf({ apiRequests: 1e6, schedules: 1e6 })).toBeCloseTo(2);
    expect(dollarsOf({ sentBytes: 2 ** 30 })).toBeCloseTo(0.09);
    expect(dollarsOf({}, { connections: 10, memoryMb: 512 })).toBeCloseTo(4);
  });

  test('lets waiting cost by the megabyte, and work nearly the same with any memory', () => {
    const waiting = (memoryMb: number) => dollarsOf({ waitedMs: 1e9 }, { connections: 0, memoryMb });
    expect(waiting(1_024)).toBeCloseTo(13.33, 1);
    expect(waiting(512)).toBeCloseTo(waiting(1_024) / 2);
    const work = (memoryMb: number) => dollarsOf({ cpuMs: 1e9 }, { connections: 0, memoryMb });
    expect(work(256)).toBeCloseTo(work(1_769));
    expect(work(3_538)).toBeCloseTo(2 * work(1_769));
  });

  test('is the sum of its lines, and its dominant lines are at least four fifths of it', () => {
    const bill = billOf({ ...noUsage(), invokes: 5e6, receives: 4e6, logBytes: 1e9 }, standing);
    expect(bill.dollars).toBeCloseTo(bill.lines.reduce((sum, { dollars }) => sum + dollars, 0));
    expect(dominant(bill).map(({ service }) => service)).toEqual(['SQS', 'Lambda, requests']);
  });

  test('is in proportion to the usage', () => {
    const usage = sumOf({ ...noUsage(), invokes: 1e6 }, { ...noUsage(), sends: 2e6 });
    expect(dollarsOf(times(usage, 3))).toBeCloseTo(3 * dollarsOf(usage));
    expect(less(usage, { ...noUsage(), sends: 3e6 })).toEqual({ ...noUsage(), invokes: 1e6 });
  });

  test('tells the most that so many workers take', () => {
    // Ten messages in 200 ms: 100 ms of ConnectWise, and 50 ms of CPU on half a processor.
    expect(mostASecond(5, 100, 50, 1_769 / 2)).toBeCloseTo(250);
  });
});

describe('docs/cost.md', () => {
  const file = join(import.meta.dirname, '../../docs/cost.md');
  test.each(Object.entries(blocksOf(readCounted())))('prints %s as the script does', (name, block) => {
    expect(filled(file, name)).toBe(block);
  });
});

describe('what is counted', () => {
  const catalogue = defaultCatalogue();
  /** Of one message, as counted.json has it of a million. */
  const kept = (name: string) => times(readCounted()[name] ?? noUsage(), 1e-6);

  test('is about what counted.json keeps; where not, run npm run cost -- --document', async () => {
    const flow = { catalogue, kind: 'write', arrival: 'evenly', perMonth: 1e6, connections: 1 } as const;
    const { usage } = await countQueue(flow);
    const before = kept('1 million writes, evenly');
    for (const name of ['invokes', 'receives', 'deletes', 'sends', 'tableWrites', 'waitedMs'] as const)
      expect(usage[name] / before[name], name).toBeCloseTo(1, 0.5);
  });

  test('is a tenth of what is billed by the batch where messages wait for each other', async () => {
    const flow = { catalogue, kind: 'read', arrival: 'at once', perMonth: 1e6, connections: 1 } as const;
    const { usage, inFlight, messages } = await countQueue({ ...flow, backlog: 2_000 });
    expect(messages).toBe(2_000);
    expect(usage.deletes).toBeGreaterThanOrEqual(0.1);
    expect(usage.deletes).toBeLessThan(0.2);
    expect(inFlight).toBeGreaterThanOrEqual(50);
    expect(inFlight).toBeLessThan(2_000);
  });

  test('of a page of a pull is its object and its result', async () => {
    const { pull, page } = await countPulls(catalogue);
    expect(pull.invokes).toBe(1);
    expect(page.sends).toBe(1);
    expect(page.objectPuts).toBe(2);
    expect(page.invokes).toBe(0);
  });
});

describe('npm run cost', () => {
  test('reads your own numbers, and refuses what is none in a sentence', () => {
    expect(workloadOf({ invocations: '5000', writes: '0.5', arrival: 'at-once' })).toMatchObject({
      invocations: 5_000,
      writes: 0.5,
      arrival: 'at once',
      connections: 1,
    });
    expect(() => workloadOf({ writes: '2' })).toThrow("--writes is '2'. Give a number from 0 to 1.");
    expect(() => workloadOf({ api: '-1' })).toThrow("--api is '-1'.");
    expect(() => workloadOf({ arrival: 'now' })).toThrow("--arrival is 'now'. Give evenly or at-once.");
  });

  test('says the bill, what is most of it, and of which day its prices are', () => {
    const workload = workloadOf({ invocations: '1000000' });
    const usage = { ...noUsage(), invokes: 1e6 };
    const text = billText({ workload, usage, bill: billOf(usage, workload) });
    expect(text).toContain('Secrets Manager, secrets 67 %, Lambda, requests 33 %');
    expect(text).toMatch(/as of \d{4}-\d\d-\d\d/);
    expect(text).toMatch(/in all +\$0\.60/);
  });

  test('rounds dollars as a person reads them', () => {
    expect([0, 0.001, 0.5, 1_234.5].map(dollarText)).toEqual(['–', '<$0.01', '$0.50', '$1,235']);
  });
});
