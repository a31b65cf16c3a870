import type { Operation, Schema } from '../../lib/catalogue/operation.ts';
import { type Answer, jsonAnswer } from '../answer.ts';
import type { Call, CallQuery } from '../call.ts';
import { recordMissing } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord, memberName, parseJson } from '../json.ts';
import { readAnswer } from '../query/reading.ts';
import { shapeOf } from '../shapes.ts';
import type { World } from '../world.ts';

/** Reports by name, and the list that each one is made of (connectwise-api.md §8; the names are our own choice). */
const lists: Readonly<Record<string, string>> = {
  Service: '/service/tickets',
  Company: '/company/companies',
  Contact: '/company/contacts',
  Configuration: '/company/configurations',
  Agreement: '/finance/agreements',
  Invoice: '/finance/invoices',
  Project: '/project/projects',
  Time: '/time/entries',
  Expense: '/expense/entries',
  Opportunity: '/sales/opportunities',
  Activity: '/sales/activities',
};

const known = (world: World): readonly string[] =>
  Object.keys(lists).filter((name) => world.catalogue.find(`GET ${lists[name]}`) !== undefined);

/** The operation that lists (or counts) what a report shows; refuses a report that is not there. */
function source(call: Call, view: '' | '/count', world: World): Operation {
  const wanted = call.values[0] ?? '';
  const name = memberName(known(world), wanted);
  const operation = name === undefined ? undefined : world.catalogue.find(`GET ${lists[name]}${view}`);
  if (operation === undefined) throw recordMissing('Report', wanted);
  return operation;
}

interface Column {
  readonly name: string;
  readonly definition: JsonRecord;
}

const types: Readonly<Record<string, string>> = { integer: 'Numeric', number: 'Numeric', boolean: 'Boolean' };

/** The plain members of the records, as columns. */
function columnsOf(schema: Schema, world: World): Column[] {
  const { shape } = shapeOf(schema, world.catalogue);
  return Object.entries(shape.properties ?? {}).flatMap(([name, { type, format }]) => {
    if (type === undefined || type === 'object' || type === 'array') return [];
    const column = format === 'date-time' ? 'DateTime' : (types[type] ?? 'Text');
    const isNullable = name !== 'id' && !shape.required?.includes(name);
    return [{ name, definition: { type: column, isNullable, identityColumn: name === 'id' } }];
  });
}

/** `columns` picks and orders the columns, and is for reports only (§3.7); names that are none are left out. */
function chosen(all: readonly Column[], columns: string | undefined): readonly Column[] {
  if (columns === undefined || columns.trim() === '') return all;
  return columns.split(',').flatMap((text) => {
    const found = all.find(({ name }) => name.toLowerCase() === text.trim().toLowerCase());
    return found === undefined ? [] : [found];
  });
}

/** Reports do not take `fields` (§3.7). */
const withoutFields = (query: CallQuery): CallQuery => ({
  entries: query.entries,
  get: (name) => (name.toLowerCase() === 'fields' ? undefined : query.get(name)),
});

function run(call: Call, operation: Operation, world: World): Json {
  const target = world.resources.target(operation, []);
  const query = withoutFields(call.query);
  const answer = readAnswer({ ...call, operation, target, values: [], query }, world);
  return parseJson(answer.body.toString('utf8')) ?? null;
}

function dataOf(call: Call, world: World): JsonRecord {
  const operation = source(call, '', world);
  const columns = chosen(columnsOf(operation.success.schema?.items ?? {}, world), call.query.get('columns'));
  const rows = run(call, operation, world);
  const row = (record: Json): Json[] =>
    columns.map(({ name }) => (isRecord(record) ? record[name] : null) ?? null);
  return {
    column_definitions: columns.map(({ name, definition }) => ({ [name]: definition })),
    row_values: isArray(rows) ? rows.map(row) : [],
  };
}

/** Answers `/system/reports` and what is behind it: `{ column_definitions, row_values }`, the columns, the count (§8). */
export function reportAnswer(call: Call, world: World): Answer {
  const { path, success } = call.operation;
  if (/\/reports\/?$/i.test(path))
    return jsonAnswer(
      success.status,
      known(world).map((name) => ({ name })),
    );
  if (/\/count\/?$/i.test(path))
    return jsonAnswer(success.status, run(call, source(call, '/count', world), world));
  if (!/\/columns\/?$/i.test(path)) return jsonAnswer(success.status, dataOf(call, world));
  const schema = source(call, '', world).success.schema?.items ?? {};
  const columns = columnsOf(schema, world).map(({ name, definition }) => ({ [name]: definition }));
  return jsonAnswer(success.status, columns);
}
