import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { compareCatalogues } from '../lib/catalogue/difference.ts';
import { changeBetween, hitsOf, type StoredInvocation } from '../lib/catalogue/stored-invocation.ts';
import { differenceText, type InvocationReport } from './difference-text.ts';
import { catalogueOf } from './document-catalogue.ts';

interface DifferenceOptions {
  /** OpenAPI documents as JSON files, or `built-in` for the published 2022.1. */
  readonly old: string;
  readonly next: string;
  /** A folder of stored invocations, or of examples that hold one each. */
  readonly invocations: string | undefined;
  readonly asJson: boolean;
}

/** Prints what changed from one document to another. Returns the exit code: 2 where stored invocations are hit, else 0. */
export function printDifference(options: DifferenceOptions): number {
  const { text, hits } = differenceOf(options);
  console.log(text);
  return hits > 0 ? 2 : 0;
}

/** What changed from one document to another, to print, and how many stored invocations are hit by it. */
export function differenceOf({ old, next, invocations, asJson }: DifferenceOptions): {
  readonly text: string;
  readonly hits: number;
} {
  const [before, after] = [catalogueOf(old), catalogueOf(next)];
  const difference = compareCatalogues(before, after);
  const report = invocations === undefined ? undefined : checkInvocations(invocations, before, after);
  const text = asJson
    ? JSON.stringify({ ...difference, ...(report && { invocations: report }) }, null, 2)
    : differenceText(difference, report);
  return { text, hits: report?.hit.length ?? 0 };
}

function checkInvocations(folder: string, old: Catalogue, next: Catalogue): InvocationReport {
  const change = changeBetween(old, next);
  const files = jsonFiles(folder).map((file) => ({ file, invocation: readInvocation(file) }));
  const known = files.flatMap(({ file, invocation }) =>
    invocation && old.find(invocation.operationId) ? [{ file, invocation }] : [],
  );
  return {
    checked: known.length,
    skipped: files.filter(({ file }) => !known.some((one) => one.file === file)).map(({ file }) => file),
    hit: known
      .map(({ file, invocation }) => ({
        file,
        operationId: invocation.operationId,
        reasons: hitsOf(invocation, change),
      }))
      .filter(({ reasons }) => reasons.length > 0),
  };
}

function jsonFiles(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    throw new Error(`${folder} cannot be read. Give --invocations a folder of JSON files.`);
  }
}

const invocationShape = z.object({
  operationId: z.string(),
  inputs: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
  request: z.optional(z.unknown()),
});
const fileShape = z.union([invocationShape, z.object({ invocation: invocationShape })]);

/** Undefined where the file holds no invocation: a folder may have other files too, which are named in the report. */
function readInvocation(file: string): StoredInvocation | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  const parsed = fileShape.safeParse(value);
  if (!parsed.success) return undefined;
  return 'invocation' in parsed.data ? parsed.data.invocation : parsed.data;
}
