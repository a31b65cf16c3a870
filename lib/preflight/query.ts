import type { Operation, Schema } from '../catalogue/operation.ts';
import { checkConditions, type Scope } from '../conditions/checking.ts';
import { findMember, type Member, type UnknownMember } from '../conditions/member.ts';
import { readOrder } from '../conditions/ordering.ts';
import { quoted, suggestion } from '../explanation.ts';
import { memberPath, type Report } from './finding.ts';
import { resolved, type Walk } from './walk.ts';

const scopes: readonly Scope[] = ['conditions', 'childConditions', 'customFieldConditions'];

/** A search takes its filters in the body; its other inputs stay in the URL (connectwise-api.md §3.6). */
export const isSearch = ({ method, path, success }: Operation): boolean =>
  method === 'POST' && success.kind === 'list' && /\/search\/?$/i.test(path);

/**
 * Checks what a read asks for: filters, order and fields, wherever they stand. Operations that answer one record take
 * filters too, says the document; what those would do is unknown, so nothing is said of them.
 * @param record the schema of one record of what is asked: of a count, of the list that it counts.
 */
export function checkQuery(
  operation: Operation,
  given: readonly (readonly [string, unknown])[],
  request: unknown,
  record: Schema,
  walk: Pick<Walk, 'schemaOf' | 'report'>,
): void {
  const { kind } = operation.success;
  const isMany = kind === 'list' || kind === 'count';
  const inputs = given.filter(([name]) => operation.inputs.some((input) => input.name === name));
  const members = isSearch(operation) ? Object.entries(Object(request)) : [];
  const texts = [
    ...inputs.map(([name, value]) => ({ name, value, path: memberPath('inputs', name) })),
    ...members.map(([name, value]) => ({ name, value, path: memberPath('request', name) })),
  ];
  for (const { name, value, path } of texts) {
    if (typeof value !== 'string' || value.trim() === '') continue;
    const lower = name.toLowerCase();
    const scope = scopes.find((one) => one.toLowerCase() === lower);
    if (scope && isMany) checkConditions({ text: value, scope, path, record }, walk);
    else if (lower === 'orderby' && isMany) checkOrder(value, path, record, walk);
    else if (lower === 'fields') checkFields(value, path, record, walk);
  }
}

/** Whether the document knows what a record has: where it does not, any name may be right. */
const isKnown = (record: Schema, walk: Pick<Walk, 'schemaOf'>) =>
  resolved(record, walk).properties !== undefined;

/** Whether an unknown name is dropped or refused differs from endpoint to endpoint (§3.7, §13.7): a warning. */
function checkOrder(text: string, path: string, record: Schema, walk: Pick<Walk, 'schemaOf' | 'report'>) {
  const keys = readOrder(text);
  if (!keys) {
    walk.report('warning', path, () => ({
      reason: 'unreadable_order',
      message: `'${path}' has a part that is not a name, or a name with asc or desc behind it.`,
      mend: 'Write names with commas between them: priority/sort asc, lastUpdated desc.',
    }));
  }
  if (!keys || !isKnown(record, walk)) return;
  for (const { name } of keys) {
    const found = findMember(name, record, walk);
    if (!('kind' in found)) reportUnknown(name, found, path, walk.report);
    else if (found.list !== undefined || found.kind === 'list') reportList(name, path, walk.report);
  }
}

function checkFields(text: string, path: string, record: Schema, walk: Pick<Walk, 'schemaOf' | 'report'>) {
  if (!isKnown(record, walk)) return;
  for (const name of text.split(',').flatMap((part) => part.trim() || [])) {
    const found = findMember(name, record, walk);
    if (!('kind' in found)) reportUnknown(name, found, path, walk.report);
    else if (isStamp(name, found)) reportStamp(name, found, path, walk.report);
  }
}

/** `lastUpdated` is a name in filters only: in a record it lies in `_info` (§3.3). */
const isStamp = (name: string, { path }: Member) =>
  path[0] === '_info' && !name.includes('/') && path.length > 1;

function reportStamp(name: string, { path: place }: Member, path: string, report: Report): void {
  report('warning', path, () => ({
    reason: 'unknown_name',
    message: `'${path}' names ${quoted(name)}, which is a name in conditions and orderBy only.`,
    mend: `Write ${place.join('/')}.`,
  }));
}

function reportUnknown(name: string, { segment, known }: UnknownMember, path: string, report: Report): void {
  report('warning', path, () => ({
    reason: 'unknown_name',
    message: `'${path}' names ${quoted(name)}, but there is no member ${quoted(segment)}${suggestion(segment.slice(0, 100), known)}.`,
    mend: 'Mend the name. ConnectWise ignores or refuses what it does not know.',
  }));
}

function reportList(name: string, path: string, report: Report): void {
  report('warning', path, () => ({
    reason: 'list_in_order',
    message: `'${path}' names ${quoted(name)}, which is a list, or in one: records cannot be put into its order.`,
    mend: 'Order by a member that a record has once.',
  }));
}
