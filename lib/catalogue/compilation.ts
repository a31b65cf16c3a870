import { deriveOperations, type Undescribed } from './derivation.ts';
import { describeOperations } from './description.ts';
import type { Document } from './document.ts';
import { format, type Header, type Line, operationsFile, schemasFile } from './file-format.ts';
import { mend } from './mending.ts';
import type { Input, Operation, Schema } from './operation.ts';

interface Compilation {
  readonly version: string;
  /** File names with their texts, of ASCII characters only. */
  readonly files: ReadonlyMap<string, string>;
  readonly operations: number;
  readonly schemas: number;
  /** How many operations or schemas each rule of mending.ts changed. */
  readonly mends: ReadonlyMap<string, number>;
}

/**
 * Compiles a document into the files that loading.ts reads. The same document gives the same bytes.
 *
 * A line begins with its keys, each between two tabs, and ends with JSON, which never holds a tab: so a key is found by
 * looking for it between tabs, without parsing anything, and nothing else can be taken for one.
 * @param earlier a document whose operationIds go on to name the same method and path.
 */
export function compile(document: Document, earlier?: Document): Compilation {
  const mended = mend(document);
  const operations = describeOperations(withFormerIds(deriveOperations(mended), earlier));
  const queries = internQueries(operations);
  const keys = keysOf(operations);
  const lines = operations.map((operation, place) => line(keys[place] ?? [], lineOf(operation, queries)));
  const body = lines.join('');
  const header: Header = {
    format,
    version: mended.version,
    operations: operations.length,
    schemas: mended.schemas.size,
    bytes: body.length,
    queries: [...queries.keys()].map((text): readonly Input[] => JSON.parse(text)),
  };
  const schemas = [...mended.schemas].map(([name, schema]) => line([name], schema)).join('');
  return {
    version: mended.version,
    files: new Map([
      [operationsFile, `${ascii(header)}\n${body}`],
      [schemasFile, schemas],
    ]),
    operations: operations.length,
    schemas: mended.schemas.size,
    mends: mended.counts,
  };
}

function line(keys: readonly string[], value: Line | Schema): string {
  return `\t${keys.join('\t')}\t${ascii(value)}\n`;
}

/** ASCII can be read one byte a character, which takes half the time and memory of UTF-8. */
function ascii(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function lineOf(operation: Operation, queries: ReadonlyMap<string, number>): Line {
  const { id: _, module: __, version: ___, inputs, body, formerIds, mends, ...rest } = operation;
  const query = queries.get(queryText(operation));
  return {
    ...rest,
    inputs: inputs.filter((input) => input.in === 'path'),
    ...(query !== undefined && { query }),
    ...(body.kind !== 'none' && { body }),
    ...(formerIds.length > 0 && { formerIds }),
    ...(mends.length > 0 && { mends }),
  };
}

/** Every distinct list of query inputs, with its place: eight inputs that every GET shares make up most of them. */
function internQueries(operations: readonly Operation[]): ReadonlyMap<string, number> {
  const texts = operations.map(queryText).filter((text) => text !== '[]');
  return new Map([...new Set(texts)].map((text, place) => [text, place]));
}

const queryText = ({ inputs }: Operation) => JSON.stringify(inputs.filter((input) => input.in === 'query'));

/**
 * The keys of every operation, in lower case: GUID, operationId, method with path, and what earlier documents called it.
 * A path that ends in a slash is found without it too, unless the path without it is another one.
 */
function keysOf(operations: readonly Operation[]): readonly (readonly string[])[] {
  const own = operations.map((operation) =>
    [operation.id, operation.operationId, route(operation)].map(lowerCase),
  );
  const taken = new Set(own.flat());
  return operations.map((operation, place) => {
    const more = [route(operation).replace(/\/$/, ''), ...operation.formerIds].map(lowerCase);
    const free = more.filter((key) => !taken.has(key));
    for (const key of free) taken.add(key);
    return [...(own[place] ?? []), ...new Set(free)];
  });
}

const lowerCase = (text: string) => text.toLowerCase();
const route = ({ method, path }: Pick<Operation, 'method' | 'path'>) => `${method} ${path}`;

/** Adds what an earlier document called the same method and path. The document's own ids always win. */
function withFormerIds(
  operations: readonly Undescribed[],
  earlier: Document | undefined,
): readonly Undescribed[] {
  if (!earlier) return operations;
  const former = new Map(
    mend(earlier).operations.map((operation) => [route(operation).toLowerCase(), operation]),
  );
  const taken = new Set(operations.map(({ operationId }) => operationId.toLowerCase()));
  return operations.map((operation) => {
    const twin = former.get(route(operation).toLowerCase());
    const ids = twin ? [twin.operationId, ...twin.formerIds] : [];
    const added = ids.filter((id) => !taken.has(id.toLowerCase()) && !operation.formerIds.includes(id));
    return added.length > 0 ? { ...operation, formerIds: [...operation.formerIds, ...added] } : operation;
  });
}
