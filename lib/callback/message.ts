import * as z from 'zod/mini';
import { explain } from '../explanation.ts';
import { maxLevels } from '../invocation.ts';
import { nestsDeeper } from '../nesting.ts';

const lowerCase = z.transform((text: string) => text.toLowerCase());

/** What ConnectWise posts (connectwise-api.md §9.4.5), as far as it is needed. Whatever else it says is passed over. */
const messageSchema = z.object({
  Action: z.pipe(z.pipe(z.string(), lowerCase), z.enum(['added', 'updated', 'deleted'])),
  CallbackObjectRecId: z.number(),
  /** The record as JSON in a text; null once it is gone. */
  Entity: z.optional(z.nullable(z.string())),
  ID: z.number(),
  MemberId: z.optional(z.nullable(z.string())),
  MessageId: z.string().check(z.regex(/^[\w-]{1,100}$/, 'must be an id')),
  Metadata: z.object({ key_url: z.string() }),
  Type: z.pipe(z.string(), lowerCase),
});

/** A callback as it came, read. Nothing of it is to be believed before its signature is verified. */
export type CallbackMessage = z.infer<typeof messageSchema>;

/** Reads the body of a callback. The sentence names what is wrong and quotes nothing. */
export function parseMessage(
  bytes: Uint8Array,
): { readonly message: CallbackMessage } | { readonly problem: string } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const value = jsonIn(text);
  if (value === undefined) return { problem: 'The callback is not JSON.' };
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) return { message: parsed.data };
  return { problem: `It is no callback of ConnectWise: ${explain(parsed.error, value, [])}` };
}

/** What a text says that is JSON and does not nest beyond all measure; else undefined. */
export function jsonIn(text: string): unknown {
  if (nestsDeeper(text, maxLevels)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
