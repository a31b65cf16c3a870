import type { Subject } from '../journal.ts';
import type { Call } from '../outcome.ts';
import type { Export } from '../result.ts';
import type { VersionedStore } from '../versioned-store.ts';
import type { Certificate } from './certificate.ts';
import type { EmittedPage } from './lane.ts';
import { type Asked, manifestOf } from './manifest.ts';
import { exportPrefix, type Part, partKey, renderPart } from './part.ts';
import { type Book, Overtaken, type Progress } from './progress.ts';

/** Where files are left for others to read. */
export interface FileStore {
  readonly bucket: string;
  /** Puts a file there, over the one that may be there. */
  putFile(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
}

export interface ExportParts {
  readonly files: FileStore;
  readonly lists: VersionedStore<Part[]>;
}

/** A pull whose pages become files. */
export interface Exported extends Pick<Call, 'head' | 'operation'> {
  readonly invocation: Asked;
  readonly subject: Subject;
}

/** A hundred parts are some 15 KB of the progress, which is written with every page; DynamoDB takes 400 KB. */
const listLength = 100;

/**
 * What takes the pages of a pull and leaves each as a file. A page that leaves twice has the same number, so its file is
 * replaced, and it is noted anew: the last note of a number is what the file holds.
 */
export function exporter({ files, lists }: ExportParts, pull: Exported, { progress }: Book) {
  const prefix = prefixOf(pull);
  let putting: Promise<void> | undefined;
  /** The list is there before the progress forgets its parts: after a crash in between, it is written over. */
  const putAway = async (noted: NonNullable<Progress['export']>) => {
    const full = [...noted.parts];
    const key = listKey(pull, noted.lists);
    const present = await lists.read(key);
    if (!(await lists.write(key, full, present?.version)))
      throw new Overtaken('Another worker notes the parts of this export.');
    noted.lists += 1;
    noted.parts.splice(0, full.length);
  };
  return async (page: EmittedPage): Promise<void> => {
    const { part, file } = await renderPart(page);
    page.rows.release?.();
    await files.putFile(partKey(prefix, part.number), file, 'application/gzip');
    progress.export ??= { lists: 0, parts: [] };
    progress.export.parts.push(part);
    if (progress.export.parts.length >= listLength)
      putting ??= putAway(progress.export).finally(() => {
        putting = undefined;
      });
    await putting;
  };
}

/** Writes the manifest, when all parts are there: a reader that finds it finds everything that it lists. */
export async function closeExport(
  { files, lists }: ExportParts,
  pull: Exported,
  noted: Progress['export'],
  certificate: Certificate,
): Promise<Export> {
  const parts: Part[] = [];
  for (let place = 0; place < (noted?.lists ?? 0); place++) {
    const list = await lists.read(listKey(pull, place));
    if (!list) throw new Error('A list of the parts of this export is not in the table any more.');
    parts.push(...list.value);
  }
  parts.push(...(noted?.parts ?? []));
  const prefix = prefixOf(pull);
  const manifest = `${prefix}manifest.json`;
  const text = JSON.stringify(manifestOf(pull, prefix, parts, certificate), null, 1);
  await files.putFile(manifest, Buffer.from(text), 'application/json');
  return { bucket: files.bucket, prefix, manifest };
}

const prefixOf = ({ head, invocation }: Exported) => exportPrefix(invocation.connection, head.id);

/** Ids may hold slashes, but the last one stands before the place. */
const listKey = ({ subject }: Exported, place: number) => `${subject.key}/${place}`;
