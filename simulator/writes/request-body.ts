import type { Call } from '../call.ts';
import { badRequest, leakedException, mediaTypeUnsupported } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord } from '../json.ts';
import type { World } from '../world.ts';
import { readBody } from './body.ts';

/** The JSON body of a call in its schema; undefined where there is none. Refuses other media types with 415 (§6.2). */
export function bodyOf(call: Call, world: World): Json | undefined {
  const { body } = call.operation;
  if (body.kind !== 'json') return undefined;
  if (call.body.length === 0) {
    if (body.required) throw badRequest('A non-empty request body is required.');
    return undefined;
  }
  if (!/^application\/(json|[\w.+-]*\+json)\b/i.test(call.headers['content-type'] ?? ''))
    throw mediaTypeUnsupported();
  return readBody(call.body, body.schema, world.catalogue);
}

/** The body as one record; a body of any other kind is read as an empty one. */
export function recordBodyOf(call: Call, world: World): JsonRecord {
  const body = bodyOf(call, world);
  return isRecord(body) ? body : {};
}

/**
 * The operations of a PATCH. What an object in their place is answered with is not recorded, neither status nor text
 * (§12.1): the status is a switch, the words are those of the server's JSON reader.
 */
export function patchBodyOf(call: Call, world: World): readonly Json[] {
  const isObject = /^\s*\{/.test(call.body.subarray(0, 64).toString('utf8'));
  if (isObject && world.settings.patchObjectStatus === 500)
    throw leakedException('Object reference not set to an instance of an object.');
  const body = bodyOf(call, world);
  return isArray(body) ? body : [];
}
