import type { Schema } from '../../lib/catalogue/operation.ts';
import { type Answer, emptyAnswer, jsonAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { invalidObject } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord } from '../json.ts';
import { withoutNulls } from '../query/view.ts';
import { makeRecord, makeValue } from '../records.ts';
import { entityOf } from '../resources.ts';
import type { World } from '../world.ts';
import { memberNames } from '../writes/members.ts';
import { patchRecord } from '../writes/patching.ts';
import { expandReferences } from '../writes/references.ts';
import { bodyOf, patchBodyOf } from '../writes/request-body.ts';
import { schemaFaults } from '../writes/validation.ts';
import type { Writer } from '../writes/writer.ts';
import { actOn } from './effects.ts';

function known(body: JsonRecord, schema: Schema, world: World): JsonRecord {
  const names = memberNames(schema, world);
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}

/** A record of the success schema that says what was sent; what only says whether it went well says that it did. */
function echo(body: Json | undefined, schema: Schema, place: string, world: World): JsonRecord {
  if (schema.$ref === 'SuccessResponse') return { success: true, message: 'Success' };
  const sent = isRecord(body)
    ? expandReferences(known(body, schema, world), schema, undefined, { world, faults: [] })
    : {};
  return withoutNulls({ ...makeRecord(world.makings, schema, place, 1), ...(isRecord(sent) ? sent : {}) });
}

/** Replaces or patches the record of a path that stands for itself. */
function changeSingle(call: Call, body: Json | undefined, schema: Schema, writer: Writer): JsonRecord {
  const { path } = call.target;
  const current = writer.store.single(path, schema);
  const names = memberNames(schema, writer);
  const changed = isArray(body)
    ? patchRecord(current, body, names, writer.settings.patchIntoReferences)
    : { ...current, ...echo(body, schema, path, writer) };
  writer.store.setSingle(path, changed);
  return withoutNulls(changed);
}

/** The body of an action, checked against its schema. */
function checkedBody(call: Call, writer: Writer): Json | undefined {
  const { body: expected, method } = call.operation;
  const body = method === 'PATCH' ? patchBodyOf(call, writer) : bodyOf(call, writer);
  if (expected.kind !== 'json' || !isRecord(body)) return body;
  const faults = schemaFaults(body, expected.schema, writer.catalogue);
  if (faults.length > 0) throw invalidObject(entityOf(expected.schema), faults);
  return body;
}

/**
 * Answers what is neither a read nor a change of a collection: actions such as `/approve` and `/copy`, and writes to
 * singles. An action that is not known to do anything takes a valid body and answers a value of its success schema.
 */
export function actionAnswer(call: Call, writer: Writer): Answer {
  const { success, method } = call.operation;
  const body = checkedBody(call, writer);
  const acted = method === 'POST' ? actOn(call, body, writer) : undefined;
  const { path } = call.target;
  const { schema, kind, status } = success;
  if (kind === 'empty') return emptyAnswer(status);
  if (acted !== undefined) return jsonAnswer(status, acted);
  if (schema === undefined) return jsonAnswer(status, {});
  if (kind === 'count') return jsonAnswer(status, { count: writer.makings.rows });
  if (schema.items !== undefined) return jsonAnswer(status, [echo(body, schema.items, path, writer)]);
  if (kind !== 'record') return jsonAnswer(status, makeValue(writer.makings, schema, path));
  const changes = method === 'PUT' || method === 'PATCH';
  const value = changes ? changeSingle(call, body, schema, writer) : echo(body, schema, path, writer);
  return jsonAnswer(status, value);
}
