import type { Schema } from '../catalogue/operation.ts';
import { declaredAs } from '../preflight/value.ts';
import { resolved, type Walk } from '../preflight/walk.ts';

type SchemaOf = Pick<Walk, 'schemaOf'>;

/** What the values of a member are, as a condition asks them. */
export interface Member {
  /**
   * - `date`: the document says date-time; most dates are `text` in it (openapi-document.md).
   * - `choice`: one of `choices`. `reference`: a record with members of its own. `anything`: the document does not say.
   */
  readonly kind: 'text' | 'number' | 'boolean' | 'date' | 'choice' | 'reference' | 'list' | 'anything';
  readonly choices: readonly string[];
  /** Where it stands in a record, spelt as the document spells it: `_info/lastUpdated` for `LASTUPDATED`. */
  readonly path: readonly string[];
  /** The first list on the way to it. */
  readonly list: string | undefined;
  /** Returned or taken, but not known to be filterable. */
  readonly isHidden: boolean;
}

/** A name that leads nowhere: at `segment`, where `known` are the names that there are. */
export interface UnknownMember {
  readonly segment: string;
  readonly known: readonly string[];
}

/** What the server writes about a record stands in `_info`, and is a name of its own in conditions (connectwise-api.md §3.3, §9.1). */
const stamps: Readonly<Record<string, Member['kind']>> = {
  lastUpdated: 'date',
  dateEntered: 'date',
  updatedBy: 'text',
  enteredBy: 'text',
};

/** Returned and not filterable: what was met in the field (§3.3). */
const unfilterable: Readonly<Record<string, string>> = {
  CompanySite: 'defaultFlag',
  ServiceNote: 'noteType',
  TicketNote: 'noteType',
};

/** Filterable and never returned, by the component that its record is (§3.3). */
const unreturned: Readonly<Record<string, string>> = { Ticket: 'configuration/id' };

/** Whether a name of conditions asks for a record that hangs on the record: the server takes one id only. */
export const isRelated = (name: string, record: Schema): boolean =>
  record.$ref !== undefined && unreturned[record.$ref] === name.toLowerCase();

/** Follows a name from the schema of a record, ignoring case. Nothing is known of what lies below an open schema. */
export function findMember(name: string, record: Schema, walk: SchemaOf): Member | UnknownMember {
  const segments = name.split('/');
  const found = follow(segments, record, walk);
  const stamp = segments.length === 1 ? declaredAs(name, stampSchemas) : undefined;
  if (stamp === undefined || ('kind' in found && !found.isHidden)) return found;
  return { ...member({}), kind: stamps[stamp] ?? 'anything', path: ['_info', stamp] };
}

const stampSchemas = Object.fromEntries(Object.keys(stamps).map((name) => [name, {}]));

function follow(segments: readonly string[], record: Schema, walk: SchemaOf): Member | UnknownMember {
  const path: string[] = [];
  let at = record;
  let list: string | undefined;
  let isHidden = false;
  for (const [place, segment] of segments.entries()) {
    let shape = resolved(at, walk);
    if (shape.type === 'array') {
      list ??= path.join('/');
      at = shape.items ?? {};
      shape = resolved(at, walk);
    }
    if (isOpen(shape)) return { ...withinOpen(segments.slice(place), path), list, isHidden };
    const properties = shape.properties ?? {};
    const declared = declaredAs(segment, properties);
    const next = declared === undefined ? undefined : properties[declared];
    if (declared === undefined || !next) return { segment, known: Object.keys(properties) };
    isHidden ||= unfilterable[at.$ref ?? ''] === declared || /not be returned/i.test(next.description ?? '');
    path.push(declared);
    at = next;
  }
  return { ...member(resolved(at, walk)), path, list, isHidden };
}

/** The document says nothing of the members: a map such as `_info`, or `{}`. */
const isOpen = ({ type, properties }: Schema): boolean =>
  properties === undefined && (type === undefined || type === 'object');

function withinOpen(rest: readonly string[], path: readonly string[]): Omit<Member, 'list' | 'isHidden'> {
  const [only = '', ...more] = rest;
  const stamp = more.length === 0 ? declaredAs(only, stampSchemas) : undefined;
  const kind = (stamp !== undefined && stamps[stamp]) || 'anything';
  return { kind, choices: [], path: [...path, ...(stamp === undefined ? rest : [stamp])] };
}

function member(schema: Schema): Member {
  return { kind: kindOf(schema), choices: schema.enum ?? [], path: [], list: undefined, isHidden: false };
}

function kindOf(schema: Schema): Member['kind'] {
  if (schema.enum) return 'choice';
  if (isOpen(schema)) return 'anything';
  switch (schema.type) {
    case 'boolean':
      return 'boolean';
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return 'list';
    case 'string':
      return schema.format === 'date-time' ? 'date' : 'text';
    default:
      return 'reference';
  }
}
