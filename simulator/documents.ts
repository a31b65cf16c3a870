import { type Answer, jsonAnswer, type StoredFile } from './answer.ts';
import type { Call, CallQuery } from './call.ts';
import { createDice } from './dice.ts';
import { badRequest, mediaTypeUnsupported } from './failures.ts';
import type { JsonRecord } from './json.ts';
import { collectionOf } from './query/listing.ts';
import { idOf, readAnswer } from './query/reading.ts';
import { withoutNulls } from './query/view.ts';
import { timestamp } from './records.ts';
import type { CollectionTarget, RecordTarget } from './resources.ts';
import type { World } from './world.ts';
import { updateRecord } from './writes/changing.ts';
import { createRecord, locationOf } from './writes/creation.ts';
import type { Attachment } from './writes/ledger.ts';
import type { Writer } from './writes/writer.ts';

/** The fields of an upload by lower-case name: they are case-insensitive (connectwise-api.md §8). */
interface Form {
  text(name: string): string | undefined;
  readonly file?: StoredFile;
}

async function fileOf(value: File | string | undefined): Promise<StoredFile | undefined> {
  if (value === undefined || typeof value === 'string') return undefined;
  const contentType = value.type === '' ? 'application/octet-stream' : value.type;
  return { fileName: value.name, contentType, bytes: Buffer.from(await value.arrayBuffer()) };
}

/** The form of a call; a document as JSON, or as anything else, is 415 (§8). */
async function formOf(call: Call): Promise<Form> {
  const type = call.headers['content-type'] ?? '';
  if (!/^multipart\/form-data/i.test(type)) throw mediaTypeUnsupported();
  try {
    const headers = { 'content-type': type };
    const form = await new Response(new Uint8Array(call.body), { headers }).formData();
    const values = new Map([...form].map(([name, value]) => [name.toLowerCase(), value]));
    const file = await fileOf(values.get('file'));
    const text = (name: string): string | undefined => {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    };
    return { text, ...(file !== undefined && { file }) };
  } catch {
    throw badRequest('The multipart body could not be read.');
  }
}

/** What a form says of a document; members without a field are left out. */
function membersOf({ text, file }: Form): JsonRecord {
  const title = text('title');
  const privateFlag = text('privateflag');
  // The document misspells the field; the server takes the right name (§8).
  const readOnlyFlag = text('readonlyflag') ?? text('readonlyflay');
  const url = text('url');
  return {
    ...(title !== undefined && { title }),
    ...(privateFlag !== undefined && { publicFlag: privateFlag !== 'true' }),
    ...(readOnlyFlag !== undefined && { readOnlyFlag: readOnlyFlag === 'true' }),
    ...(url !== undefined && file === undefined && { fileName: url, urlFlag: true }),
    ...(file !== undefined && {
      fileName: file.fileName,
      size: file.bytes.length,
      imageFlag: file.contentType.startsWith('image/'),
    }),
  };
}

function attach({ text }: Form, id: number, writer: Writer): void {
  const recordType = text('recordtype');
  const recordId = Number(text('recordid'));
  if (recordType !== undefined && Number.isInteger(recordId))
    writer.ledger.attachments.set(id, { recordType, recordId });
}

/** Takes an upload: the form's fields become a DocumentInfo, its file is given back by `/download` (§8). */
export async function uploadAnswer(call: Call, target: CollectionTarget, writer: Writer): Promise<Answer> {
  const form = await formOf(call);
  const { file } = form;
  const fileName = file?.fileName ?? form.text('url') ?? 'link';
  const sent = {
    title: fileName,
    fileName,
    size: 0,
    linkFlag: file === undefined,
    imageFlag: false,
    publicFlag: true,
    readOnlyFlag: false,
    createdOnDate: timestamp(writer.now().getTime()),
    ...membersOf(form),
  };
  const { id, record } = createRecord(sent, target.resource.schema, target, writer);
  if (file !== undefined) writer.store.files.set(id, file);
  attach(form, id, writer);
  const location = locationOf(call, id, writer);
  return jsonAnswer(call.operation.success.status, withoutNulls(record), { location });
}

/** `POST /system/documents/{id}` changes a document, and its file where one is sent (§8). */
export async function updateDocumentAnswer(
  call: Call,
  target: RecordTarget,
  writer: Writer,
): Promise<Answer> {
  const id = idOf(target, writer);
  const { status } = call.operation.success;
  if (call.body.length === 0)
    return jsonAnswer(status, withoutNulls(collectionOf(target, writer).get(id) ?? {}));
  const form = await formOf(call);
  if (form.file !== undefined) writer.store.files.set(id, form.file);
  attach(form, id, writer);
  return jsonAnswer(status, withoutNulls(updateRecord(membersOf(form), target, writer).record));
}

/** What a document is attached to. Those that were there from the start belong to tickets. */
function attachmentOf(id: number, { ledger, makings }: World): Attachment {
  const recordId = id <= makings.rows ? id : createDice(makings.seed, 'document', id).whole(1, makings.rows);
  return ledger.attachments.get(id) ?? { recordType: 'Ticket', recordId };
}

/** The same query with a condition more; `entries`, which `Link` repeats, stay as they were sent. */
function narrowed(query: CallQuery, condition: string): CallQuery {
  const own = query.get('conditions');
  const both = own === undefined || own.trim() === '' ? condition : `(${own}) and ${condition}`;
  return {
    entries: query.entries,
    get: (name) => (name.toLowerCase() === 'conditions' ? both : query.get(name)),
  };
}

/**
 * Lists (or counts) the documents of one record. The record is needed, though the document says otherwise; the reply
 * without it is not recorded, so its text is our own (§8, §13.15).
 */
export function documentsAnswer(call: Call, world: World): Answer {
  const { target, query } = call;
  const recordType = query.get('recordType');
  const recordId = query.get('recordId');
  if (target.kind !== 'collection') return readAnswer(call, world);
  if (recordType === undefined || recordId === undefined) {
    if (world.settings.documentsOfNoRecord === 'all') return readAnswer(call, world);
    throw badRequest('recordType and recordId are required.');
  }
  const ids = collectionOf(target, world)
    .ids()
    .filter((id) => {
      const attachment = attachmentOf(id, world);
      const isOfType = attachment.recordType.toLowerCase() === recordType.toLowerCase();
      return isOfType && attachment.recordId === Number(recordId);
    });
  const condition = ids.length === 0 ? 'id = 0' : `id in (${ids.join(',')})`;
  return readAnswer({ ...call, query: narrowed(query, condition) }, world);
}
