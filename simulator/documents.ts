import { type Answer, jsonAnswer } from './answer.ts';
import type { Call } from './call.ts';
import { badRequest, mediaTypeUnsupported } from './failures.ts';
import type { JsonRecord } from './json.ts';
import { timestamp } from './records.ts';
import type { CollectionTarget } from './resources.ts';
import { withoutNulls } from './view.ts';
import type { World } from './world.ts';
import { createRecord } from './writing.ts';

/** The form of a call, with its fields by lower-case name: they are case-insensitive (§8). */
async function formOf(call: Call): Promise<ReadonlyMap<string, File | string>> {
  const type = call.headers['content-type'] ?? '';
  if (!/^multipart\/form-data/i.test(type)) throw mediaTypeUnsupported();
  try {
    const form = await new Response(new Uint8Array(call.body), {
      headers: { 'content-type': type },
    }).formData();
    return new Map([...form].map(([name, value]) => [name.toLowerCase(), value]));
  } catch {
    throw badRequest('The multipart body could not be read.');
  }
}

/** Takes an upload: the form's fields become a DocumentInfo, its file is given back by `/download` (§8). */
export async function uploadAnswer(call: Call, target: CollectionTarget, world: World): Promise<Answer> {
  const form = await formOf(call);
  const text = (name: string): string | undefined => {
    const value = form.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const file = form.get('file');
  const isFile = file !== undefined && typeof file !== 'string';
  const bytes = isFile ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0);
  const fileName = isFile ? file.name : (text('url') ?? 'link');
  const contentType = isFile && file.type !== '' ? file.type : 'application/octet-stream';
  const sent: JsonRecord = {
    title: text('title') ?? fileName,
    fileName,
    size: bytes.length,
    linkFlag: !isFile,
    imageFlag: contentType.startsWith('image/'),
    publicFlag: text('privateflag') !== 'true',
    // The document misspells the field; the server takes the right name (§8).
    readOnlyFlag: (text('readonlyflag') ?? text('readonlyflay')) === 'true',
    createdOnDate: timestamp(world.now().getTime()),
  };
  const { id, record } = createRecord(sent, target.resource.schema, target, world);
  if (isFile) world.store.files.set(id, { fileName, contentType, bytes });
  return jsonAnswer(call.operation.success.status, withoutNulls(record), {
    location: `${call.url.replace(/\/*$/, '')}/${id}`,
  });
}
