import { actionAnswer } from './actions/actions.ts';
import { auditTrailAnswer } from './actions/audit-trail.ts';
import { transferContact } from './actions/contact-transfer.ts';
import { reportAnswer } from './actions/reports.ts';
import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import { documentsAnswer, updateDocumentAnswer, uploadAnswer } from './documents.ts';
import { isRecord } from './json.ts';
import { listAnswer, readAnswer, searchFilters } from './query/reading.ts';
import type { World } from './world.ts';
import { bulkAnswer } from './writes/bulk.ts';
import { changeAnswer } from './writes/changing.ts';
import { createAnswer } from './writes/creation.ts';
import { clearAnswer } from './writes/deletion.ts';
import { fromReplica } from './writes/lag.ts';
import { bodyOf, recordBodyOf } from './writes/request-body.ts';
import { type Writer, writerOf } from './writes/writer.ts';

/** Reads that are made of something else than a collection's records. */
const specialReads: readonly (readonly [RegExp, (call: Call, world: World) => Answer])[] = [
  [/^\/system\/audittrail(\/count)?\/?$/i, auditTrailAnswer],
  [/^\/system\/reports(\/\{\w+\}(\/columns|\/count)?)?\/?$/i, reportAnswer],
  [/^\/system\/documents(\/count)?\/?$/i, documentsAnswer],
];

function getAnswer(call: Call, world: World): Answer {
  const special = specialReads.find(([pattern]) => pattern.test(call.operation.path))?.[1];
  return special === undefined ? readAnswer(call, world) : special(call, world);
}

/** Whether a POST to a collection makes a record of it: it takes one JSON object, and nothing follows the collection's name. */
function creates(call: Call): boolean {
  const { body, path } = call.operation;
  const isView = /\/(search|count|info|bulk)\/?$/i.test(path);
  return body.kind === 'json' && body.schema.type !== 'array' && !isView;
}

function postAnswer(call: Call, writer: Writer): Answer | Promise<Answer> {
  const { operation, target } = call;
  if (target.kind === 'record' && /^\/system\/documents\/\{\w+\}\/?$/i.test(operation.path))
    return updateDocumentAnswer(call, target, writer);
  if (target.kind !== 'collection') return actionAnswer(call, writer);
  if (operation.body.kind === 'multipart') return uploadAnswer(call, target, writer);
  if (operation.success.kind === 'multi') return bulkAnswer(call, target, writer);
  if (/\/search\/?$/i.test(operation.path) && operation.success.kind === 'list') {
    const body = bodyOf(call, writer);
    const filters = searchFilters(isRecord(body) ? body : {});
    return fromReplica(() => listAnswer(call, target, filters, writer), writer);
  }
  return creates(call)
    ? createAnswer(call, target, recordBodyOf(call, writer), writer)
    : actionAnswer(call, writer);
}

/** Answers a call that passed the gateway; refuses by throwing a Refusal. */
export function answer(call: Call, world: World): Answer | Promise<Answer> {
  const { operation, target } = call;
  if (operation.method === 'GET') return fromReplica(() => getAnswer(call, world), world);
  const writer = writerOf(call, world);
  if (operation.method === 'POST') return postAnswer(call, writer);
  if (operation.success.kind === 'multi' && target.kind === 'collection')
    return bulkAnswer(call, target, writer);
  if (target.kind === 'record') {
    transferContact(call, target, writer);
    return changeAnswer(call, target, writer);
  }
  const clears =
    operation.method === 'DELETE' && operation.success.kind === 'empty' && target.kind === 'collection';
  return clears ? clearAnswer(call, target, writer) : actionAnswer(call, writer);
}
