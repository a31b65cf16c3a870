import { type Answer, jsonAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { Refusal } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord, parseJson } from '../json.ts';
import type { CollectionTarget } from '../resources.ts';
import { replaceRecord } from './changing.ts';
import { createRecord } from './creation.ts';
import { deleteRecord } from './deletion.ts';
import { bodyOf } from './request-body.ts';
import type { Writer } from './writer.ts';

/** The ids of a bulk delete: `{ ids: [...] }`, which the document forgets for configurations (§7.7). */
function itemsOf(call: Call, writer: Writer): readonly Json[] {
  const body =
    call.operation.body.kind === 'json' ? bodyOf(call, writer) : parseJson(call.body.toString('utf8'));
  if (isArray(body)) return body;
  const ids = isRecord(body) ? body['ids'] : undefined;
  return isArray(ids) ? ids : [];
}

function run(
  item: Json,
  call: Call,
  target: CollectionTarget,
  writer: Writer,
): { id: number; status: number } {
  const record = isRecord(item) ? item : {};
  const { schema } = target.resource;
  if (call.operation.method === 'POST')
    return { id: createRecord(record, schema, target, writer).id, status: 201 };
  // An entry without an id names the record 0, which is nowhere.
  const id = String((isRecord(item) ? item['id'] : item) ?? 0);
  const one = { ...target, kind: 'record', id } as const;
  if (call.operation.method === 'DELETE') return { id: deleteRecord(one, writer).id, status: 204 };
  return { id: replaceRecord(record, one, writer).id, status: 200 };
}

function outcome(
  item: Json,
  index: number,
  call: Call,
  target: CollectionTarget,
  writer: Writer,
): JsonRecord {
  try {
    const { id, status } = run(item, call, target, writer);
    return { success: true, originalIndex: index, statusCode: status, data: { id } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, body } = error.answer;
    return {
      success: false,
      originalIndex: index,
      statusCode: status,
      error: parseJson(body.toString('utf8')) ?? null,
    };
  }
}

/** Runs every entry of a bulk call and answers each one's outcome: 207 even where some failed (connectwise-api.md §7.7). */
export function bulkAnswer(call: Call, target: CollectionTarget, writer: Writer): Answer {
  const payload = itemsOf(call, writer).map((item, index) => outcome(item, index, call, target, writer));
  return jsonAnswer(call.operation.success.status, { payload });
}
