import type { Schema } from '../../lib/catalogue/operation.ts';
import { type Answer, emptyAnswer, jsonAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import type { Json, JsonRecord } from '../json.ts';
import { selectFields } from '../query/selection.ts';
import { viewOf } from '../query/view.ts';
import type { CollectionTarget, RecordTarget } from '../resources.ts';
import type { World } from '../world.ts';

/** A record as the operation's success has it: alone, in a list where the document says so, or not at all. */
export function recordReply(
  call: Call,
  record: JsonRecord,
  target: CollectionTarget | RecordTarget,
  id: number,
  world: World,
): Json | undefined {
  const { kind, schema } = call.operation.success;
  const shown = (one: Schema | undefined): JsonRecord =>
    selectFields(viewOf(one, record, target, id, world), call.query.get('fields'));
  if (kind === 'empty') return undefined;
  return kind === 'list' ? [shown(schema?.items)] : shown(schema);
}

/** An answer with a value, or without a body where there is none. */
export function reply(status: number, value: Json | undefined, headers: Record<string, string> = {}): Answer {
  return value === undefined ? emptyAnswer(status) : jsonAnswer(status, value, headers);
}
