import * as z from 'zod/mini';
import { type Invocation, invocationSchema } from '../lib/invocation.ts';
import { jsonOf } from './api.ts';
import { keep, readKept } from './kept.ts';

const entrySchema = z.object({
  atMs: z.number(),
  description: z.string(),
  how: z.enum(['run', 'dry', 'queue']),
  /** The response code, or the reason why there is none. */
  outcome: z.string(),
  succeeded: z.boolean(),
  timeMs: z.number(),
  invocation: invocationSchema,
});

/** An invocation that this browser sent, to be opened again. What came back is not kept. */
export type PastInvocation = z.infer<typeof entrySchema>;

const mostEntries = 50;
/** Requests with files in them would fill what a browser keeps. */
const longestRequest = 20_000;

export function readHistory(): readonly PastInvocation[] {
  return z.safeParse(z.array(entrySchema), jsonOf(readKept('history') ?? '[]')).data ?? [];
}

/** The newest first. */
export function withEntry(
  history: readonly PastInvocation[],
  entry: PastInvocation,
): readonly PastInvocation[] {
  return [{ ...entry, invocation: bounded(entry.invocation) }, ...history].slice(0, mostEntries);
}

export function keepHistory(history: readonly PastInvocation[]): void {
  keep('history', JSON.stringify(history));
}

function bounded({ request, ...rest }: Invocation): Invocation {
  const isKept = request !== undefined && JSON.stringify(request).length <= longestRequest;
  return isKept ? { ...rest, request } : rest;
}
