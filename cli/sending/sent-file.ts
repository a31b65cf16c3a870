import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { usageError } from '../ending.ts';

const sentSchema = z.strictObject({
  version: z.literal(1),
  /** Of the file that is sent, and of the template: other content is another batch. */
  sha256: z.string(),
  batch: z.string(),
  queueUrl: z.string(),
  rows: z.int(),
  /** So many rows from the first one are surely on the queue. */
  sent: z.int(),
  startedAt: z.string(),
});

/** How far a batch is: kept beside its file, so that it goes on where it stopped. */
export type Sent = z.infer<typeof sentSchema>;

/** @throws CommandFailed where the file is none of ours, so that nothing of somebody else is written over. */
export function readSent(file: string): Sent | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return sentSchema.parse(JSON.parse(text));
  } catch {
    throw usageError(
      `${file} does not say how far a batch is. Name another one with --state, or take it away.`,
    );
  }
}

/** A crash leaves the old file or the new one, never half of it. */
export function writeSent(file: string, sent: Sent): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(sent, null, 2)}\n`);
  renameSync(unfinished, file);
}
