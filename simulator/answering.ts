import { actionAnswer } from './actions.ts';
import { type Answer, emptyAnswer } from './answer.ts';
import { bulkAnswer } from './bulk.ts';
import type { Call } from './call.ts';
import { uploadAnswer } from './documents.ts';
import { isRecord } from './json.ts';
import { collectionOf, listAnswer, readAnswer, searchFilters } from './reading.ts';
import type { World } from './world.ts';
import { bodyOf, changeAnswer, createAnswer } from './writing.ts';

/** Whether a POST to a collection makes a record of it: it takes one JSON object, and nothing follows the collection's name. */
function creates(call: Call): boolean {
  const { body, path } = call.operation;
  const isView = /\/(search|count|info|bulk)\/?$/i.test(path);
  return body.kind === 'json' && body.schema.type !== 'array' && !isView;
}

function postAnswer(call: Call, world: World): Answer | Promise<Answer> {
  const { operation, target } = call;
  if (target.kind !== 'collection') return actionAnswer(call, world);
  if (operation.body.kind === 'multipart') return uploadAnswer(call, target, world);
  if (operation.success.kind === 'multi') return bulkAnswer(call, target, world);
  if (/\/search\/?$/i.test(operation.path) && operation.success.kind === 'list') {
    const body = bodyOf(call, world);
    return listAnswer(call, target, searchFilters(isRecord(body) ? body : {}), world);
  }
  if (!creates(call)) return actionAnswer(call, world);
  const body = bodyOf(call, world);
  return createAnswer(call, target, isRecord(body) ? body : {}, world);
}

/** Removes every record of a collection, where the document has such an operation (§7.4). */
function clearAnswer(call: Call, world: World): Answer {
  if (call.target.kind === 'collection') {
    const collection = collectionOf(call.target, world);
    for (const id of collection.ids()) collection.remove(id);
  }
  return emptyAnswer(call.operation.success.status);
}

/** Answers a call that passed the gateway; refuses by throwing a Refusal. */
export function answer(call: Call, world: World): Answer | Promise<Answer> {
  const { operation, target } = call;
  if (operation.method === 'GET') return readAnswer(call, world);
  if (operation.method === 'POST') return postAnswer(call, world);
  if (operation.success.kind === 'multi' && target.kind === 'collection')
    return bulkAnswer(call, target, world);
  if (target.kind === 'record') return changeAnswer(call, target, world);
  return operation.method === 'DELETE' && operation.success.kind === 'empty'
    ? clearAnswer(call, world)
    : actionAnswer(call, world);
}
