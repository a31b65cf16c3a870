import type { Call } from '../call.ts';
import { isRecord, type Json, type JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { idOf } from '../query/reading.ts';
import { makeRecord } from '../records.ts';
import { entityOf } from '../resources.ts';
import { updateRecord } from '../writes/changing.ts';
import { addRecord } from '../writes/creation.ts';
import { recordReply } from '../writes/reply.ts';
import type { Writer } from '../writes/writer.ts';
import { bundleResults } from './bundles.ts';
import { mergeCompany } from './company-merge.ts';
import { collectionBefore, homeTarget, memberTarget, recordOf } from './subject.ts';
import { attachChildren, convertTicket, mergeTickets } from './ticket-actions.ts';

/** Does what an action says. It may answer a value; without one the answer is made of the success schema. */
type Effect = (call: Call, body: JsonRecord, writer: Writer) => Json | undefined;

/** What a sheet or a report becomes; the steps back to `Open` are what the words say (inferred). */
const sheetStatus: Readonly<Record<string, string>> = {
  submit: 'PendingApproval',
  approve: 'ApprovedByTierOne',
  reject: 'Rejected',
  reverse: 'Open',
};

const lastWord = ({ operation }: Call): string => /\/(\w+)\/?$/.exec(operation.path)?.[1] ?? '';

const moveSheet: Effect = (call, { approvalType }, writer) => {
  const target = recordOf(call, writer);
  const isSecond = approvalType === 'Tier2Update';
  const word = lastWord(call).toLowerCase();
  const status = word === 'approve' && isSecond ? 'ApprovedByTierTwo' : sheetStatus[word];
  if (target !== undefined && status !== undefined) updateRecord({ status }, target, writer);
  return undefined;
};

/** A copy is a new record: this is why copies are not sent twice (Appendix B). */
const copyOne: Effect = (call, _, writer) => {
  const target = recordOf(call, writer);
  if (target === undefined) return undefined;
  const original = collectionOf(target, writer).get(idOf(target, writer)) ?? {};
  const collection = { ...target, kind: 'collection' } as const;
  const { id, record } = addRecord(original, collection, writer);
  return call.operation.success.kind === 'record' &&
    /SuccessResponse$/.test(call.operation.success.schema?.$ref ?? '')
    ? undefined
    : recordReply(call, record, collection, id, writer);
};

/** `/service/boards/copy`: the body names the original by its id, and what the copy is to be called. */
const copyNamed: Effect = (call, body, writer) => {
  const target = collectionBefore(call, writer);
  if (target === undefined) return undefined;
  const { id: originalId, ...named } = body;
  const original =
    typeof originalId === 'number'
      ? collectionOf(memberTarget(target, originalId, writer), writer).get(originalId)
      : undefined;
  const { id, record } = addRecord({ ...original, ...named }, target, writer);
  return recordReply(call, record, target, id, writer);
};

/** `/sales/opportunities/{id}/convertToProject`: makes a record of what the action answers. */
const convertTo: Effect = (call, body, writer) => {
  const { schema } = call.operation.success;
  const target = homeTarget(entityOf(schema), writer);
  if (target === undefined) return undefined;
  const next = collectionOf(target, writer).nextId();
  const made = makeRecord(writer.makings, target.resource.schema, target.path, next);
  const { id, record } = addRecord({ ...made, ...body }, target, writer);
  return recordReply(call, record, target, id, writer);
};

/** An invoice of an agreement answers a bare number (§11.12): the id of the invoice. */
const invoiceAgreement: Effect = (call, _, writer) => {
  const agreement = recordOf(call, writer);
  const target = homeTarget('Invoice', writer);
  if (agreement === undefined || target === undefined) return undefined;
  const {
    id: agreementId,
    name,
    company,
  } = collectionOf(agreement, writer).get(idOf(agreement, writer)) ?? {};
  const next = collectionOf(target, writer).nextId();
  const made = makeRecord(writer.makings, target.resource.schema, target.path, next);
  const own = { agreement: { id: agreementId ?? null, name: name ?? null }, ...(company && { company }) };
  return addRecord({ ...made, ...own }, target, writer).id;
};

/** An effect on the record that the path names before its last word. */
const onRecord =
  (
    effect: (target: NonNullable<ReturnType<typeof recordOf>>, body: JsonRecord, writer: Writer) => void,
  ): Effect =>
  (call, body, writer) => {
    const target = recordOf(call, writer);
    if (target !== undefined) effect(target, body, writer);
    return undefined;
  };

/** Keys that act as the member until they expire (§1.4). What an unknown member is answered with is not recorded. */
const issueToken: Effect = ({ values: [member = ''] }, _, writer) => ({ ...writer.tokens.issue(member) });

/** What actions do, by the template of their path. All others change nothing. */
const effects: readonly (readonly [RegExp, Effect])[] = [
  [/^\/(time\/sheets|expense\/reports)\/\{\w+\}\/(submit|approve|reject|reverse)\/?$/i, moveSheet],
  [/^\/company\/companies\/\{\w+\}\/merge\/?$/i, onRecord(mergeCompany)],
  [/^\/service\/tickets\/\{\w+\}\/attachChildren\/?$/i, onRecord(attachChildren)],
  [/^\/service\/tickets\/\{\w+\}\/merge\/?$/i, onRecord(mergeTickets)],
  [/^\/(service|project)\/tickets\/\{\w+\}\/convert\/?$/i, onRecord(convertTicket)],
  [
    /^\/system\/members\/\{\w+\}\/deactivate\/?$/i,
    onRecord((target, _, writer) => updateRecord({ inactiveFlag: true }, target, writer)),
  ],
  [/^\/system\/members\/\{\w+\}\/tokens\/?$/i, issueToken],
  [/^\/system\/bundles(\/count)?\/?$/i, (call, body, writer) => bundleResults(body, call, writer)],
  [/^\/finance\/agreements\/\{\w+\}\/invoice\/?$/i, invoiceAgreement],
  [/\/convertTo(Agreement|Project|SalesOrder|ServiceTicket)\/?$/i, convertTo],
  [/\{\w+\}\/copy\/?$/i, copyOne],
  [/\/copy\/?$/i, copyNamed],
];

/** Does what a POST that is no create does; undefined where its answer says nothing of its own. */
export function actOn(call: Call, body: Json | undefined, writer: Writer): Json | undefined {
  const effect = effects.find(([pattern]) => pattern.test(call.operation.path))?.[1];
  return effect?.(call, isRecord(body) ? body : {}, writer);
}
