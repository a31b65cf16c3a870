import { partialDeepStrictEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import { explain } from '../lib/explanation.ts';

const exampleSchema = z.strictObject({
  about: z.string(),
  invocation: z.optional(z.record(z.string(), z.unknown())),
  /** The text of a message that is no invocation. */
  message: z.optional(z.string()),
  result: z.record(z.string(), z.unknown()),
});

/** A message with the result that it gets: one file of examples/. */
export interface Example {
  readonly name: string;
  readonly about: string;
  /** What goes on the queue. */
  readonly message: string;
  /** What the result holds at the least; members that are not named are free. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** Reads every example of a folder, in the order of their names. Throws a sentence that names the file that is wrong. */
export function readExamples(folder: string): Example[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => readExample(join(folder, file)));
}

function readExample(file: string): Example {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const parsed = exampleSchema.safeParse(value);
  if (!parsed.success)
    throw new Error(
      `${file} is not an example: ${explain(parsed.error, value, Object.keys(exampleSchema.shape))}`,
    );
  const { about, invocation, message, result } = parsed.data;
  return { name: basename(file, '.json'), about, message: message ?? JSON.stringify(invocation), result };
}

/** What differs between a result and what its example expects; undefined where nothing does. */
export function difference(example: Example, result: unknown): string | undefined {
  try {
    partialDeepStrictEqual(result, example.result);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
