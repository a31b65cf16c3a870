import * as z from 'zod/mini';
import { described } from '../described.ts';
import { connectionName } from '../invocation.ts';
import { type CallbackMessage, jsonIn } from './message.ts';
import { callbackName, callbackTypes, type Declared } from './registry.ts';

/** What a consumer of the result queue gets when ConnectWise calls back. Published as JSON Schema in docs/schemas. */
export const eventSchema = z.strictObject({
  version: described(z.literal(1), 'The version of this message. Always 1.'),
  kind: described(z.literal('event'), 'Tells it from a result, which has no kind.'),
  id: described(z.string(), "ConnectWise's id of the message: an event that comes twice can be told by it."),
  connection: connectionName,
  callback: described(callbackName, 'The name under which the callback is declared.'),
  type: z.enum(callbackTypes),
  action: z.enum(['added', 'updated', 'deleted']),
  recordId: described(z.number(), 'The id of the record.'),
  memberId: described(z.optional(z.string()), 'Who changed it, as ConnectWise says it.'),
  entity: described(
    z.optional(z.unknown()),
    'The record as it was when ConnectWise sent this, which may be older than what you have. Absent: it is deleted, or too large.',
  ),
  entityLeftOut: described(
    z.optional(z.literal(true)),
    'The record was too large for a message, or could not be read: get it by its id.',
  ),
  receivedAt: described(z.string(), 'When the connector took it in, in UTC.'),
});

type CallbackEvent = z.infer<typeof eventSchema>;

/** SQS takes 1 MiB. */
const maxEventBytes = 1_000_000;

/** The text of the event that a verified message becomes. */
export function eventText(
  { connection, callback, receivedAt }: Pick<CallbackEvent, 'connection' | 'callback' | 'receivedAt'>,
  { type }: Declared,
  message: CallbackMessage,
): string {
  const entity = typeof message.Entity === 'string' ? jsonIn(message.Entity) : undefined;
  const head = {
    version: 1,
    kind: 'event',
    id: message.MessageId,
    connection,
    callback,
    type,
    action: message.Action,
    recordId: message.ID,
    ...(message.MemberId && { memberId: message.MemberId }),
  } as const;
  const whole: CallbackEvent = { ...head, ...(entity !== undefined && { entity }), receivedAt };
  const text = JSON.stringify(whole);
  const isWhole = entity !== undefined || typeof message.Entity !== 'string';
  if (isWhole && Buffer.byteLength(text) <= maxEventBytes) return text;
  return JSON.stringify({ ...head, entityLeftOut: true, receivedAt } satisfies CallbackEvent);
}

/** When the record was changed the last time, as it says itself; undefined where it does not. */
export function changedAtMs({ Entity }: CallbackMessage): number | undefined {
  const record = entitySchema.safeParse(typeof Entity === 'string' ? jsonIn(Entity) : undefined);
  const time = record.success ? Date.parse(record.data._info.lastUpdated) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const entitySchema = z.object({ _info: z.object({ lastUpdated: z.string() }) });
