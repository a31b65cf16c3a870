import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { exampleRequest } from '../../lib/catalogue/example.ts';
import type { Input, Operation, Schema } from '../../lib/catalogue/operation.ts';
import { isSearch } from '../../lib/preflight/query.ts';
import type { Random } from './random.ts';

/** What preflight is asked about: an invocation without its connection. */
export interface Call {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly request?: unknown;
}

/** A valid call with every input and every member that the document knows, at every depth. */
export function fullCall(operation: Operation, catalogue: Catalogue, random: Random): Call {
  const query = queryTexts(operation, catalogue);
  const inputs = Object.fromEntries(
    operation.inputs.map((input) => [input.name, query.get(input.name) ?? inputValue(input, random)]),
  );
  const request = isSearch(operation)
    ? { conditions: query.get('conditions'), orderBy: query.get('orderBy') }
    : fullRequest(operation, catalogue, random);
  return { inputs, ...(request !== undefined && { request }) };
}

/** Texts in languages of their own. Where a record has no custom fields, nothing is asked of them. */
function queryTexts({ success }: Operation, catalogue: Catalogue): ReadonlyMap<string, string> {
  const { $ref = '' } = success.schema?.items ?? success.schema ?? {};
  const names = Object.keys(catalogue.schema($ref)?.properties ?? {});
  const changed = 'lastUpdated > [2026-01-31T15:00:00Z]';
  return new Map([
    ['conditions', changed],
    ['childConditions', changed],
    ['customFieldConditions', names.includes('customFields') ? 'caption = "Region" and value != null' : ''],
    ['orderBy', 'lastUpdated desc'],
    ['fields', names.slice(0, 3).join(',')],
  ]);
}

function inputValue({ type, enum: values }: Input, random: Random): unknown {
  switch (type) {
    case 'integer':
      return 1 + random.below(100_000);
    case 'number':
      return random.below(100_000) / 100;
    case 'boolean':
      return random.below(2) === 0;
    case 'object':
      return { type: random.word(6), id: random.below(100) };
    default:
      return values ? random.pick(values) : random.word(8);
  }
}

function fullRequest(operation: Operation, catalogue: Catalogue, random: Random): unknown {
  const { body } = operation;
  if (body.kind === 'none' || body.kind === 'undeclared') return undefined;
  if (body.kind === 'multipart') return exampleRequest(operation, catalogue);
  const { items } = body.schema;
  if (items?.$ref !== 'PatchOperation') return fullValue(body.schema, catalogue, random);
  const changes = Object.entries(patchable(operation, catalogue)).map(([path, schema]) => ({
    op: random.pick(['replace', 'add']),
    path,
    value: fullValue(schema, catalogue, random),
  }));
  return changes.length > 0 ? changes : exampleRequest(operation, catalogue);
}

/** The members that a patch may name: those of what the operation answers. */
export function patchable({ success }: Operation, catalogue: Catalogue): Readonly<Record<string, Schema>> {
  return catalogue.schema(success.schema?.$ref ?? '')?.properties ?? {};
}

/** Deeper than any body of the document but for its one cycle (openapi-document.md §6). */
const maxDepth = 8;

function fullValue(schema: Schema, catalogue: Catalogue, random: Random, depth = 0): unknown {
  const { $ref, type, properties, additionalProperties, items, format } = schema;
  if ($ref !== undefined) return fullValue(catalogue.schema($ref) ?? {}, catalogue, random, depth);
  const inner = (it: Schema) => fullValue(it, catalogue, random, depth + 1);
  switch (type) {
    case undefined:
      return random.pick(['anything', 1, true]);
    case 'object':
      if (depth > maxDepth) return {};
      if (additionalProperties) return { [random.word(5)]: inner(additionalProperties) };
      return Object.fromEntries(
        Object.entries(properties ?? {}).map(([name, member]) => [name, inner(member)]),
      );
    case 'array':
      return depth > maxDepth ? [] : Array.from({ length: 1 + random.below(2) }, () => inner(items ?? {}));
    case 'boolean':
      return random.below(2) === 0;
    case 'string':
      return fullText(schema, random);
    default:
      return format === 'int32' ? random.below(10_000) : random.below(1_000_000) / 100;
  }
}

function fullText({ enum: values, format, maxLength = 30 }: Schema, random: Random): string {
  if (values) return random.pick(values) ?? '';
  const two = (end: number) => String(1 + random.below(end)).padStart(2, '0');
  const date = `${2000 + random.below(50)}-${two(12)}-${two(28)}`;
  if (format === 'date') return date;
  if (format === 'date-time') return `${date}T${two(23)}:${two(59)}:${two(59)}Z`;
  if (format === 'uuid') return `3f2504e0-4f89-11d3-9a0c-${String(random.below(1e9)).padStart(12, '0')}`;
  return random.word(1 + random.below(Math.min(maxLength, 30)));
}
