import type { Schema } from '../catalogue/operation.ts';
import { quoted, suggestion } from '../explanation.ts';
import { itemPath, memberPath } from './finding.ts';
import { checkScalar, reportType } from './scalar.ts';
import { resolved, type Walk } from './walk.ts';

/** The document's deepest body has a depth of five and one cycle (openapi-document.md §6); a hostile one has any. */
const maxDepth = 20;

/**
 * Checks a value against its schema by walking both. What the document may have wrong is a warning: null, new enum
 * values, undeclared members and required ones.
 * @param depth 0 at the top of the request.
 */
export function checkValue(value: unknown, schema: Schema, path: string, walk: Walk, depth = 0): void {
  if (depth > maxDepth) return;
  const declared = resolved(schema, walk);
  if (declared.type === undefined) return;
  if (value === null) {
    if (declared.nullable !== true) reportNull(path, walk);
  } else if (declared.type === 'object') {
    if (typeof value !== 'object' || Array.isArray(value)) reportType(path, 'an object', walk);
    else checkMembers(value, declared, path, walk, depth);
  } else if (declared.type === 'array') {
    if (Array.isArray(value)) checkItems(value, declared.items ?? {}, path, walk, depth);
    else reportType(path, 'a list', walk);
  } else checkScalar(value, declared, path, walk);
}

function checkItems(items: readonly unknown[], schema: Schema, path: string, walk: Walk, depth: number) {
  for (const [place, item] of items.entries())
    checkValue(item, schema, itemPath(path, place), walk, depth + 1);
}

/** Checks each member of an object against its own schema, and looks for those that are missing. */
function checkMembers(value: object, schema: Schema, path: string, walk: Walk, depth: number): void {
  const { properties, additionalProperties, required = [] } = schema;
  // Four schemas of the document are objects that say nothing of their members.
  if (!properties && !additionalProperties) return;
  const given = new Set<string>();
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const declaredName = declaredAs(name, properties ?? {});
    const declared = declaredName === undefined ? additionalProperties : properties?.[declaredName];
    const at = memberPath(path, name);
    given.add(declaredName ?? name);
    if (declaredName !== undefined && declaredName !== name) reportCase(at, declaredName, walk);
    if (declared) checkValue(member, declared, at, walk, depth + 1);
    else if (depth === 0 && walk.inputNames.includes(name)) reportMisplaced(name, walk);
    else reportUnknown(at, name, Object.keys(properties ?? {}), walk);
  }
  for (const name of required) {
    if (!given.has(name) && !isNamedOtherwise(name, given, depth))
      reportMissing(memberPath(path, name), walk);
  }
}

/** The property that a name means: ConnectWise binds members without regard to case. undefined where there is none. */
export function declaredAs(name: string, properties: Readonly<Record<string, Schema>>): string | undefined {
  if (Object.hasOwn(properties, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(properties).find((known) => known.toLowerCase() === lower);
}

/** Another record may be named by its id or by its natural key (connectwise-api.md §7.1). */
const keys: readonly string[] = ['id', 'identifier', 'name'];

function isNamedOtherwise(name: string, given: ReadonlySet<string>, depth: number): boolean {
  return depth > 0 && keys.includes(name) && keys.some((key) => given.has(key));
}

function reportNull(path: string, { report }: Walk): void {
  report('warning', path, () => ({
    reason: 'null_value',
    message: `'${path}' is null, which the document does not allow here.`,
    mend: 'Leave it out, unless it is to be cleared.',
  }));
}

/** ConnectWise refuses members that it does not know (connectwise-api.md §6.2), but it may know more than the document. */
function reportUnknown(path: string, name: string, known: readonly string[], { report }: Walk): void {
  report('warning', path, () => ({
    reason: 'unknown_member',
    message: `The document has no member ${quoted(name)} here${suggestion(name.slice(0, 100), known)}.`,
    mend: 'Mend its name, or take it away: ConnectWise refuses members that it does not know.',
  }));
}

/** An input at the top of the request: it would be refused there, and is missed in the URL. */
export function reportMisplaced(name: string, { report }: Walk): void {
  report('warning', memberPath('request', name), () => ({
    reason: 'misplaced_member',
    message: `${quoted(name)} is an input of the operation, not a member of its request.`,
    mend: `Move it from 'request' to 'inputs'.`,
  }));
}

function reportCase(path: string, declared: string, { report }: Walk): void {
  report('warning', path, () => ({
    reason: 'wrong_case',
    message: `'${path}' is called '${declared}' in the document.`,
    mend: `Write '${declared}'.`,
  }));
}

/** The same schema serves requests and responses, so what is required here may be what the server generates. */
function reportMissing(path: string, { report }: Walk): void {
  report('warning', path, () => ({
    reason: 'missing_member',
    message: `'${path}' is missing, which the document requires.`,
    mend: 'Give it, unless ConnectWise fills it in.',
  }));
}
