import type { Schema } from '../../lib/catalogue/operation.ts';
import type { Json } from '../json.ts';
import type { RecordTarget } from '../resources.ts';
import type { Collection } from '../store.ts';
import type { World } from '../world.ts';
import { type Checked, checkCondition, type Vocabulary } from './condition-check.ts';
import { parseCondition } from './conditions.ts';
import { customFieldEvaluation, evaluation, type Holds, valueAt } from './evaluation.ts';
import type { Scope } from './members.ts';
import { sortKeys } from './ordering.ts';
import type { QueryRules } from './rules.ts';
import type { ColumnSource, Table } from './table.ts';
import { tableOf } from './tables.ts';
import { type Records, viewOf } from './view.ts';

/** The three filters of a list, which must all hold (§3.4), and its order. */
export interface Filters {
  readonly conditions: string | undefined;
  readonly childConditions: string | undefined;
  readonly customFieldConditions: string | undefined;
  readonly orderBy: string | undefined;
}

/** The records of a target's collection. */
export function collectionOf(target: Records, world: World): Collection {
  return world.store.collection(target.path, target.resource.schema);
}

/** One list as it is asked for: where the records are, and how they are shown. */
interface Listing {
  readonly target: Records;
  /** The schema of the answer, where it is another one than the collection's (`/info`). */
  readonly shown: Schema | undefined;
  readonly world: World;
  readonly collection: Collection;
  readonly table: Table;
}

type Test = (position: number) => boolean;

/** The value of a member that only the shown schema has: of the record as `/info` shows it. */
function shownValue({ target, shown, world, collection }: Listing, id: number, path: readonly string[]) {
  return valueAt(viewOf(shown, collection.get(id) ?? {}, target, id, world), path);
}

function sourceOf(
  listing: Listing,
  path: readonly string[],
  isShown: boolean,
  reading: ColumnSource['reading'],
): ColumnSource {
  const read = (id: number): Json | undefined =>
    isShown ? shownValue(listing, id, path) : listing.collection.value(id, path);
  const name = `${isShown ? (listing.shown?.$ref ?? '') : ''}:${path.join('/')}`;
  return { name, reading, read };
}

/** One test over columns, as `holdsOf` is over a value. */
function columnTest({ steps, test, isShown }: Extract<Checked, { kind: 'test' }>, listing: Listing): Test {
  const [path = []] = steps;
  const probes = test.probes.map(({ reading, holds }) => ({
    keys: listing.table.column(sourceOf(listing, path, isShown, reading)),
    holds,
  }));
  const [only] = probes;
  if (!test.negated && only !== undefined && probes.length === 1)
    return (position) => only.holds(only.keys[position]);
  if (!test.negated) return (position) => probes.some(({ keys, holds }) => holds(keys[position]));
  const plain = listing.table.column(sourceOf(listing, path, isShown, 'plain'));
  return (position) => plain[position] !== null && !probes.some(({ keys, holds }) => holds(keys[position]));
}

/** A condition over the columns of the table: no record is built to be asked. */
function recordTest(condition: Checked, listing: Listing): Test {
  const { table, world, target } = listing;
  if (condition.kind === 'test') return columnTest(condition, listing);
  if (condition.kind === 'related') {
    const { child, id } = condition;
    return (position) => world.store.holds(`${target.path}/${table.idAt(position)}/${child}`, id);
  }
  const isEither = condition.kind === 'or';
  const parts = condition.parts.map((part) => recordTest(part, listing));
  return (position) =>
    isEither ? parts.some((part) => part(position)) : parts.every((part) => part(position));
}

/** A condition on arrays: they are read record by record, for keeping them would take far more than columns do. */
function arrayTest(holds: Holds, { table, collection }: Listing): Test {
  return (position) => {
    const id = table.idAt(position);
    return holds((path) => collection.value(id, path));
  };
}

/** The parts of a condition that must all hold. */
function conjuncts(condition: Checked): readonly Checked[] {
  return condition.kind === 'and' ? condition.parts.flatMap(conjuncts) : [condition];
}

function test(text: string | undefined, scope: Scope, listing: Listing, rules: QueryRules): Test[] {
  if (text === undefined || text.trim() === '') return [];
  const { target, shown, world } = listing;
  const schema = scope === 'customField' ? { $ref: 'CustomFieldValue' } : target.resource.schema;
  const vocabulary: Vocabulary = { scope, schema, catalogue: world.catalogue, rules };
  const withShown = shown === undefined || scope === 'customField' ? vocabulary : { ...vocabulary, shown };
  const condition = checkCondition(parseCondition(text, rules), withShown);
  if (scope === 'record') return conjuncts(condition).map((part) => recordTest(part, listing));
  const holds = scope === 'child' ? evaluation(condition) : customFieldEvaluation(condition);
  return [arrayTest(holds, listing)];
}

/** Takes the marks off the positions for which a test does not hold, in the columns' own order: memory is read fastest so. */
function strike(marks: Uint8Array, holds: Test): void {
  for (let position = 0; position < marks.length; position += 1)
    if (marks[position] === 1 && !holds(position)) marks[position] = 0;
}

/** Ids of the records that the filters let through, in the order that they ask for. */
export function matchingIds(
  target: Records,
  filters: Filters,
  shown: Schema | undefined,
  world: World,
): readonly number[] {
  const rules = world.settings;
  const collection = collectionOf(target, world);
  const table = tableOf(world.store, target.path, collection);
  const isOther = shown?.$ref !== undefined && shown.$ref !== target.resource.schema.$ref;
  const listing: Listing = { target, shown: isOther ? shown : undefined, world, collection, table };
  // Columns are quick to ask and arrays slow: so conditions come first.
  const tests = [
    ...test(filters.conditions, 'record', listing, rules),
    ...test(filters.childConditions, 'child', listing, rules),
    ...test(filters.customFieldConditions, 'customField', listing, rules),
  ];
  const order = sortKeys(filters.orderBy, listing.shown, target.resource.schema, world.catalogue, rules).map(
    ({ path, isShown, direction }) => ({ column: sourceOf(listing, path, isShown, 'plain'), direction }),
  );
  const ordered = table.positions(order);
  const marks = new Uint8Array(table.size).fill(1);
  for (const one of tests) strike(marks, one);
  const ids: number[] = [];
  for (const position of ordered) if (marks[position] === 1) ids.push(table.idAt(position));
  return ids;
}

/** The record that an identifier names, whatever its letters: members are addressed so. */
export function idNamed(target: RecordTarget, world: World): number | undefined {
  const collection = collectionOf(target, world);
  const table = tableOf(world.store, target.path, collection);
  const read = (id: number): Json | undefined => collection.value(id, ['identifier']);
  const identifiers = table.column({ name: ':identifier', reading: 'plain', read });
  const wanted = target.id.toLowerCase();
  const position = table.positions([]).find((one) => identifiers[one] === wanted);
  return position === undefined ? undefined : table.idAt(position);
}
