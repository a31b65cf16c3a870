import type { Operation, Schema } from '../catalogue/operation.ts';
import { suggestion } from '../explanation.ts';
import { itemPath, type Report } from './finding.ts';
import { checkValue, declaredAs } from './value.ts';
import { resolved, type Walk } from './walk.ts';

/** A patch is an array of { op, path, value } (connectwise-api.md §7.3); its paths are members of what the operation answers. */
export const isPatch = ({ body }: Operation): boolean =>
  body.kind === 'json' && body.schema.items?.$ref === 'PatchOperation';

export function checkPatch(operation: Operation, request: unknown, walk: Walk): void {
  if (!Array.isArray(request)) {
    walk.report('error', 'request', () => ({
      reason: 'patch_not_a_list',
      message: `'request' must be a list of changes: a patch is not the record itself.`,
      mend: 'Give [{ "op": "replace", "path": "summary", "value": "…" }], one change a member.',
    }));
    return;
  }
  const record = resolved(operation.success.schema ?? {}, walk);
  for (const [place, change] of request.entries()) {
    checkChange(change, itemPath('request', place), record, walk);
  }
}

function checkChange(change: unknown, path: string, record: Schema, walk: Walk): void {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    reportShape(path, 'must be an object of op, path and value', walk.report);
    return;
  }
  const members = new Map<string, unknown>(Object.entries(change));
  for (const name of members.keys()) {
    if (!['op', 'path', 'value'].includes(name)) reportStray(path, name, walk.report);
  }
  const op = members.get('op');
  checkOp(op, `${path}.op`, walk.report);
  const target = members.get('path');
  if (typeof target !== 'string' || target.replace('/', '') === '') {
    reportShape(`${path}.path`, 'must name the member to change', walk.report);
    return;
  }
  const schema = targetOf(target, record, `${path}.path`, walk);
  if (op !== 'remove') checkNewValue(members.get('value'), op, schema, `${path}.value`, walk);
}

const ops = ['add', 'replace', 'remove'];

function checkOp(op: unknown, path: string, report: Report): void {
  if (typeof op === 'string' && ops.includes(op)) return;
  report('error', path, () => ({
    reason: 'unknown_op',
    message: `'${path}' must be add, replace or remove${typeof op === 'string' ? suggestion(op.slice(0, 100), ops) : ''}.`,
    mend: 'Write "replace" to set a member, "add" to append to a list, "remove" to clear.',
  }));
}

/** The schema that a patch's path leads to, {} where it is not known. Every step that is wrong on the way is reported. */
function targetOf(target: string, record: Schema, path: string, walk: Walk): Schema {
  const segments = target.replace(/^\//, '').split('/').slice(0, 10);
  let schema = record;
  for (const [depth, segment] of segments.entries()) {
    const next = step(resolved(schema, walk), segment, depth === 0, path, walk.report);
    if (!next) return {};
    schema = next;
  }
  return schema;
}

function step(
  { items, properties, additionalProperties }: Schema,
  segment: string,
  isFirst: boolean,
  path: string,
  report: Report,
): Schema | undefined {
  if (items) return /^(?:\d{1,6}|-)$/.test(segment) ? items : undefined;
  if (!properties) return additionalProperties;
  const declared = declaredAs(segment, properties);
  if (declared === undefined) reportUnknown(path, segment, Object.keys(properties), report);
  else if (declared !== segment) reportCase(path, declared, report);
  if (!isFirst && declared !== undefined) reportNested(path, declared, report);
  return declared === undefined ? undefined : properties[declared];
}

/** A member is cleared by null or "" (connectwise-api.md §7.3), so neither is checked; a list takes one item by `add`. */
function checkNewValue(value: unknown, op: unknown, schema: Schema, path: string, walk: Walk): void {
  if (value === undefined) {
    walk.report('warning', path, () => ({
      reason: 'missing_member',
      message: `'${path}' is missing: the change has no value.`,
      mend: 'Give the new value; to clear the member, use "remove".',
    }));
  } else if (value !== null && value !== '') {
    const { items } = resolved(schema, walk);
    const isItem = op === 'add' && items !== undefined && !Array.isArray(value);
    checkValue(value, isItem ? items : schema, path, walk, 1);
  }
}

function reportShape(path: string, what: string, report: Report): void {
  report('error', path, () => ({
    reason: 'patch_shape',
    message: `'${path}' ${what}.`,
    mend: 'Give { "op": "replace", "path": "summary", "value": "…" }.',
  }));
}

function reportStray(path: string, name: string, report: Report): void {
  report('warning', `${path}.${name.slice(0, 100)}`, () => ({
    reason: 'unknown_member',
    message: `A change has op, path and value, and nothing else${suggestion(name.slice(0, 100), ['op', 'path', 'value'])}.`,
    mend: 'Take it away.',
  }));
}

function reportUnknown(path: string, segment: string, known: readonly string[], report: Report): void {
  report('warning', path, () => ({
    reason: 'unknown_member',
    message: `'${path}' names no member of the record${suggestion(segment.slice(0, 100), known)}.`,
    mend: 'Name a member of the record as the document spells it.',
  }));
}

/** Members of a body are bound in any case, but a patch's path is case-sensitive (connectwise-api.md §7.3). */
function reportCase(path: string, declared: string, report: Report): void {
  report('error', path, () => ({
    reason: 'wrong_case',
    message: `'${path}' must be written '${declared}': paths of patches are case-sensitive.`,
    mend: `Write '${declared}'.`,
  }));
}

function reportNested(path: string, member: string, report: Report): void {
  report('warning', path, () => ({
    reason: 'nested_path',
    message: `'${path}' reaches into a member: ConnectWise may answer 200 and change nothing.`,
    mend: `Replace the whole member, such as "path": "company", "value": { "${member}": … }.`,
  }));
}
