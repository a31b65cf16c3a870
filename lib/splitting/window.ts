import type { Schema } from '../catalogue/operation.ts';
import { findMember } from '../conditions/member.ts';
import { readOrder } from '../conditions/ordering.ts';
import { scalarText } from '../preflight/input-value.ts';
import type { Walk } from '../preflight/walk.ts';
import type { SortKey, Split } from './split.ts';

/** How the parts of a list are asked, so that the page of the whole can be made of their answers. */
export interface Window {
  /** What takes the place of the call's own inputs; undefined takes one away. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly page: Omit<Split & { readonly kind: 'list' }, 'kind' | 'requests'>;
}

/** Why the page cannot be made of parts, to be said behind a colon. */
interface Obstacle {
  readonly obstacle: string;
  readonly mend: string;
}

/** 25 where it is not given, and never more than 1,000 (connectwise-api.md §4.1, §4.2). */
const defaultSize = 25;
const largestSize = 1_000;

/**
 * Each part is asked for all records up to the end of the page, in an order that ends with the id: equal records would
 * come in any order else, and the end of the page would be chance.
 */
export function readWindow(
  inputs: Readonly<Record<string, unknown>>,
  record: Schema,
  walk: Pick<Walk, 'schemaOf'>,
): Window | Obstacle {
  const page = readPage(inputs);
  const order = readSortKeys(scalarText(inputs['orderBy']) ?? '', record, walk);
  if ('obstacle' in page) return page;
  if ('obstacle' in order) return order;
  const { sortKeys, text } = order;
  const fields = (scalarText(inputs['fields']) ?? '').split(',').flatMap((part) => part.trim() || []);
  const added = fields.length === 0 ? [] : sortKeys.map(({ path }) => path).filter(isMissingIn(fields));
  const selection = [...fields, ...added.map((path) => path.join('/'))].join(',');
  return {
    inputs: { page: undefined, pageSize: page.to, orderBy: text, fields: selection || undefined },
    page: { order: sortKeys, added, ...page },
  };
}

function readPage(inputs: Readonly<Record<string, unknown>>): { from: number; to: number } | Obstacle {
  if ((inputs['pageId'] ?? undefined) !== undefined)
    return {
      obstacle: 'pageId belongs to one call alone',
      mend: 'Leave pageId out, and ask for id > and the last id in conditions.',
    };
  const number = Number(scalarText(inputs['page']) ?? 1);
  const size = Math.min(Number(scalarText(inputs['pageSize']) ?? defaultSize), largestSize);
  const to = number * size;
  const isWhole = [number, size].every((it) => Number.isInteger(it) && it > 0);
  if (!isWhole || to > largestSize)
    return {
      obstacle: `page times pageSize must be between 1 and ${largestSize}`,
      mend: 'Ask for the first pages alone, or for shorter conditions: ids in lists of 100 each fit into one call.',
    };
  return { from: to - size, to };
}

function readSortKeys(
  orderBy: string,
  record: Schema,
  walk: Pick<Walk, 'schemaOf'>,
): { readonly sortKeys: readonly SortKey[]; readonly text: string } | Obstacle {
  const given = readOrder(orderBy) ?? [{ name: '', isDescending: false }];
  const keys = given.some(({ name }) => name.toLowerCase() === 'id')
    ? given
    : [...given, { name: 'id', isDescending: false }];
  const sortKeys = keys.flatMap(({ name, isDescending }): readonly SortKey[] => {
    const member = findMember(name, record, walk);
    if (!('kind' in member) || member.list !== undefined || !comparable.includes(member.kind)) return [];
    return [{ path: member.path, isDescending }];
  });
  if (sortKeys.length < keys.length)
    return {
      obstacle: 'the records have no id, or the document does not know what orderBy names',
      mend: 'Order by members that the document knows, or shorten the conditions.',
    };
  const text = keys.map(({ name, isDescending }) => `${name} ${isDescending ? 'desc' : 'asc'}`).join(', ');
  return { sortKeys, text };
}

const comparable = ['text', 'number', 'boolean', 'date', 'choice'];

/** Whether neither a path nor what it lies in is among the fields. */
const isMissingIn =
  (fields: readonly string[]) =>
  (path: readonly string[]): boolean => {
    const name = `${path.join('/').toLowerCase()}/`;
    return !fields.some((field) => name.startsWith(`${field.toLowerCase()}/`));
  };
