import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { memberName } from '../json.ts';
import { isOpen, isWriteOnly, shapeOf } from '../shapes.ts';

/** Which of the three condition parameters a name stands in; only children are looked for inside arrays (§3.3, §3.4). */
export type Scope = 'record' | 'child' | 'customField';

/** A member that a condition may name. */
export interface Member {
  readonly type: 'string' | 'numeric' | 'boolean' | 'datetime' | 'enum' | 'reference' | 'array' | 'any';
  readonly choices?: readonly string[];
  /** Where it stands, spelt as the schema spells it, and cut behind every array: `communicationItems`, `type/name`. */
  readonly steps: readonly (readonly string[])[];
}

/** Returned and not filterable (§3.3): names known of certain endpoints only. */
const unfilterable: Readonly<Record<string, readonly string[]>> = {
  CompanySite: ['defaultFlag'],
  ServiceNote: ['noteType'],
  TicketNote: ['noteType'],
};

/** What the server writes about a record stands in `_info`, and is a name of its own in conditions (§3.3, §9.1). */
const stamps: readonly string[] = ['lastUpdated', 'dateEntered', 'updatedBy', 'enteredBy'];

function typeOf(shape: Schema): Pick<Member, 'type' | 'choices'> {
  if (shape.enum !== undefined) return { type: 'enum', choices: shape.enum };
  if (shape.type === 'boolean' || shape.type === 'array') return { type: shape.type };
  if (shape.type === 'integer' || shape.type === 'number') return { type: 'numeric' };
  if (shape.format === 'date-time') return { type: 'datetime' };
  if (shape.type === 'string') return { type: 'string' };
  return { type: isOpen(shape) ? 'any' : 'reference' };
}

function stampMember(name: readonly string[], before: readonly string[]): Member | undefined {
  const stamp = name.length === 1 ? memberName(stamps, name[0] ?? '') : undefined;
  if (stamp === undefined) return undefined;
  return { type: /^(last|date)/.test(stamp) ? 'datetime' : 'string', steps: [[...before, stamp]] };
}

/** A step in front of what was found behind it; an array cuts the steps apart. */
function behind(known: string, isArray: boolean, found: Member): Member {
  const [first = [], ...rest] = found.steps;
  return { ...found, steps: isArray ? [[known], first, ...rest] : [[known, ...first], ...rest] };
}

function withinMember(
  name: readonly string[],
  schema: Schema,
  scope: Scope,
  catalogue: Catalogue,
): Member | undefined {
  const { shape } = shapeOf(schema, catalogue);
  if (name.length === 0) return { ...typeOf(shape), steps: [[]] };
  if (shape.type === 'array')
    return scope === 'child' ? withinMember(name, shape.items ?? {}, scope, catalogue) : undefined;
  if (isOpen(shape)) return stampMember(name, []) ?? { type: 'any', steps: [name] };
  return ownMember(name, schema, scope, catalogue);
}

function ownMember(
  name: readonly string[],
  schema: Schema,
  scope: Scope,
  catalogue: Catalogue,
): Member | undefined {
  const { shape, entity = '' } = shapeOf(schema, catalogue);
  const [first = '', ...rest] = name;
  const known = memberName(Object.keys(shape.properties ?? {}), first);
  const next = known === undefined ? undefined : shape.properties?.[known];
  if (known === undefined || next === undefined) return undefined;
  if (isWriteOnly(next) || unfilterable[entity]?.includes(known)) return undefined;
  const found = withinMember(rest, next, scope, catalogue);
  const isArray = rest.length > 0 && shapeOf(next, catalogue).shape.type === 'array';
  return found && behind(known, isArray, found);
}

/**
 * Follows a name through a schema, ignoring case. `lastUpdated` and its like are known of every entity, whether it has
 * an `_info` or not (§3.3: "all objects react"). Undefined where the name is not recognized.
 */
export function memberOf(
  name: readonly string[],
  schema: Schema,
  scope: Scope,
  catalogue: Catalogue,
): Member | undefined {
  const { shape } = shapeOf(schema, catalogue);
  if (isOpen(shape)) return { type: 'any', steps: [name] };
  return ownMember(name, schema, scope, catalogue) ?? stampMember(name, ['_info']);
}
