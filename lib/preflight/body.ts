import type { Operation, Schema } from '../catalogue/operation.ts';
import { readForm } from '../form.ts';
import { checkPatch, isPatch } from './patch.ts';
import { checkValue, reportMisplaced } from './value.ts';
import { resolved, type Walk } from './walk.ts';

/** Checks the request against what the operation takes. A body is never changed. */
export function checkBody(operation: Operation, request: unknown, walk: Walk): void {
  const { body } = operation;
  if (request === undefined || request === null) {
    if ('required' in body && body.required) reportMissing(operation, walk);
    return;
  }
  if (body.kind === 'none') reportUnexpected(operation, walk);
  else if (body.kind === 'undeclared') checkUndeclared(request, walk);
  else if (body.kind === 'multipart') checkForm(request, body.schema, walk);
  else if (isPatch(operation)) checkPatch(operation, request, walk);
  else checkValue(request, body.schema, 'request', walk);
}

function reportMissing({ method, path }: Operation, { report }: Walk): void {
  report('error', 'request', () => ({
    reason: 'missing_body',
    message: `'request' is missing: ${method} ${path} needs a body.`,
    mend: `Give the record in 'request'; the operation's sample shows one.`,
  }));
}

function reportUnexpected({ method, path }: Operation, { report }: Walk): void {
  report('error', 'request', () => ({
    reason: 'unexpected_body',
    message: `'request' does not belong here: ${method} ${path} takes no body.`,
    mend: `Take it away; values for the URL go into 'inputs'.`,
  }));
}

/** Anything goes, but for what is an input. */
function checkUndeclared(request: unknown, walk: Walk): void {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return;
  for (const name of Object.keys(request)) {
    if (walk.inputNames.includes(name)) reportMisplaced(name, walk);
  }
  if (isUpload(request)) checkForm(request, {}, walk);
}

/** An upload that the document forgot to describe (openapi-document.md §3) is told by its file. */
export function isUpload(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'file' in request;
}

/** The file is an object here, whatever the schema calls binary: its form is read, and the other fields are walked. */
function checkForm(request: unknown, schema: Schema, walk: Walk): void {
  const form = readForm(request);
  if ('problem' in form) {
    walk.report('error', form.at, () => ({
      reason: 'wrong_type',
      message: form.problem,
      mend: 'Give the file as { fileName, contentType, base64 }, and every other field as a scalar.',
    }));
    return;
  }
  const fields = form.parts.flatMap((part) => ('value' in part ? [[part.name, part.value] as const] : []));
  checkValue(Object.fromEntries(fields), schema, 'request', { ...walk, isForm: true });
}

/** The names that a request of the operation may have: its schema's members, or those that a patch may change. */
export function membersOf(operation: Operation, walk: Pick<Walk, 'schemaOf'>): readonly string[] {
  const { body, success } = operation;
  if (!('schema' in body)) return [];
  const schema = isPatch(operation) ? (success.schema ?? {}) : body.schema;
  return Object.keys(resolved(schema.items ?? schema, walk).properties ?? {});
}
