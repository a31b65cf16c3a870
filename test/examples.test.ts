import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler } from '../functions/queue.ts';
import { difference, readExamples } from '../local/examples.ts';
import { contextOf, type Doors, openDoors } from './functions/doors.ts';

const examples = readExamples(join(import.meta.dirname, '../examples'));

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

describe('every example gets the result that its file expects', () => {
  test.each(examples)('$name', async (example) => {
    await handler(doors.receive(example.message), contextOf());
    const [result] = doors.takeResults();
    expect(difference(example, result)).toBeUndefined();
  });

  test('and would be told if it did not', () => {
    const [example] = examples;
    expect(example && difference(example, { ...example.result, succeeded: 'maybe' })).toContain('maybe');
  });
});
