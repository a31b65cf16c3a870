import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { compress } from '../compression.ts';
import type { EmittedPage } from './lane.ts';

/** One file of an export: what stands in it, and how to tell that it is whole. */
const partSchema = z.strictObject({
  /** The number of its page, which names the file. */
  number: z.number(),
  rows: z.number(),
  /** Of the file as it is stored, compressed. */
  bytes: z.number(),
  sha256: z.string(),
  firstId: z.optional(z.number()),
  lastId: z.optional(z.number()),
});

/** Parts that are put away so that a pull's progress stays small, however many pages it has. */
export const partListSchema = z.array(partSchema);

export type Part = z.infer<typeof partSchema>;

/** A page as a gzip file of NDJSON, one row a line. */
export async function renderPart({ page, rows }: EmittedPage): Promise<{ part: Part; file: Uint8Array }> {
  const file = await compress(rows.lines());
  const { id: _, ...known } = page;
  const sha256 = createHash('sha256').update(file).digest('hex');
  return { part: { ...known, bytes: file.byteLength, sha256 }, file };
}

/** The folder of an invocation's export: readable where the id is, and never the same for two ids. */
export function exportPrefix(connection: string, id: string): string {
  return `exports/${connection}/${safeName(id)}/`;
}

/** As wide as the numbers of a million pages, so that names sort as numbers do. */
export const partKey = (prefix: string, number: number): string =>
  `${prefix}part-${String(number).padStart(7, '0')}.ndjson.gz`;

/**
 * Letters that no reader of a bucket takes for a pattern or an escape. What is made of another id is longer than any id that
 * stands for itself, so the two cannot meet.
 */
function safeName(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(id)) return id;
  const readable = id.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 40);
  return `${readable}-${createHash('sha256').update(id).digest('hex')}`;
}
