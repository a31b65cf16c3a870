import type { Schema } from '../lib/catalogue/operation.ts';
import { type Answer, emptyAnswer, jsonAnswer } from './answer.ts';
import type { Call } from './call.ts';
import { isRecord, type Json, type JsonRecord } from './json.ts';
import { patchRecord } from './patching.ts';
import { makeRecord, makeValue } from './records.ts';
import { expandReferences } from './references.ts';
import { entityOf } from './resources.ts';
import { shapeOf } from './shapes.ts';
import { validateRecord } from './validation.ts';
import { withoutNulls } from './view.ts';
import type { World } from './world.ts';
import { bodyOf } from './writing.ts';

function known(body: JsonRecord, schema: Schema, world: World): JsonRecord {
  const names = Object.keys(shapeOf(schema, world.catalogue).shape.properties ?? {});
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}

/** A record of the success schema that says what was sent. */
function echo(body: Json | undefined, schema: Schema, place: string, world: World): JsonRecord {
  const sent = isRecord(body) ? expandReferences(known(body, schema, world), schema, world) : {};
  return withoutNulls({ ...makeRecord(world.makings, schema, place, 1), ...(isRecord(sent) ? sent : {}) });
}

/** Replaces or patches the record of a path that stands for itself. */
function changeSingle(call: Call, body: Json | undefined, schema: Schema, world: World): JsonRecord {
  const { path } = call.target;
  const current = world.store.single(path, schema);
  const names = Object.keys(shapeOf(schema, world.catalogue).shape.properties ?? {});
  const changed =
    call.operation.method === 'PATCH'
      ? patchRecord(current, body ?? [], names)
      : { ...current, ...echo(body, schema, path, world) };
  world.store.setSingle(path, changed);
  return withoutNulls(changed);
}

/**
 * Answers what is neither a read nor a change of a collection: actions such as `/approve` and `/copy`, and writes to
 * singles. An action changes nothing here; it takes a valid body and answers a value of its success schema.
 */
export function actionAnswer(call: Call, world: World): Answer {
  const { body: expected, success, method } = call.operation;
  const body = bodyOf(call, world);
  if (expected.kind === 'json' && isRecord(body))
    validateRecord(body, expected.schema, entityOf(expected.schema), world.catalogue);
  const { path } = call.target;
  const { schema, kind, status } = success;
  if (kind === 'empty') return emptyAnswer(status);
  if (schema === undefined) return jsonAnswer(status, {});
  if (kind === 'count') return jsonAnswer(status, { count: world.makings.rows });
  if (schema.items !== undefined) return jsonAnswer(status, [echo(body, schema.items, path, world)]);
  if (kind !== 'record') return jsonAnswer(status, makeValue(world.makings, schema, path));
  const changes = method === 'PUT' || method === 'PATCH';
  return jsonAnswer(
    status,
    changes ? changeSingle(call, body, schema, world) : echo(body, schema, path, world),
  );
}
