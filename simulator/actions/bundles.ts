import type { Operation } from '../../lib/catalogue/operation.ts';
import { type Call, queryOf } from '../call.ts';
import { badRequest, Refusal, recordMissing } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord, memberName, parseJson } from '../json.ts';
import { readAnswer } from '../query/reading.ts';
import { entityOf } from '../resources.ts';
import { segmentsOf } from '../routes.ts';
import type { World } from '../world.ts';
import { fromReplica } from '../writes/lag.ts';

/** One request of a bundle as it was sent, with its members by their own names. */
interface Bundled {
  readonly request: JsonRecord;
  readonly resourceType: string;
  readonly api: JsonRecord;
}

const parameterCount = ({ path }: Operation): number =>
  segmentsOf(path).filter((one) => one.includes('{')).length;

/**
 * Whether a list is of a resource type. What the words may be is documented nowhere: the record's name and the last
 * word of the path are both taken, in any case (§7.8).
 */
function isListOf({ method, path, success }: Operation, resourceType: string): boolean {
  if (method !== 'GET' || success.kind !== 'list') return false;
  const words = [entityOf(success.schema?.items), segmentsOf(path).at(-1) ?? ''];
  return words.some((word) => word.toLowerCase() === resourceType.toLowerCase());
}

const parentsOf = ({ parentId, grandParentId }: JsonRecord): string[] =>
  [grandParentId, parentId].flatMap((id) => (typeof id === 'number' ? [String(id)] : []));

/** The operation that reads what a request names: a record by its id, a count, or a list. */
function operationFor({ resourceType, api }: Bundled, isCount: boolean, world: World): Operation {
  const parents = parentsOf(api).length;
  const list = world.catalogue
    .all()
    .filter((one) => isListOf(one, resourceType) && parameterCount(one) === parents)
    .toSorted((left, right) => left.path.length - right.path.length)[0];
  if (list === undefined) throw badRequest(`The resource type '${resourceType}' is not supported.`);
  const view = isCount ? 'count' : typeof api['id'] === 'number' ? '{id}' : undefined;
  if (view === undefined) return list;
  const found = world.catalogue.find(`GET ${list.path.replace(/\/$/, '')}/${view}`);
  if (found === undefined) throw badRequest(`The resource type '${resourceType}' is not supported.`);
  return found;
}

/** The members of a request's filters and page, as the query that says the same. */
function queryFor({ api }: Bundled): string {
  const members = { ...record(api['filters']), ...record(api['page']) };
  const names = [
    'conditions',
    'childConditions',
    'customFieldConditions',
    'orderBy',
    'page',
    'pageSize',
    'pageId',
  ];
  const pairs = names.flatMap((name): [string, string][] => {
    const value = members[memberName(Object.keys(members), name) ?? ''];
    return value === undefined || value === null ? [] : [[name, String(value)]];
  });
  const { fields } = api;
  const chosen: [string, string][] = typeof fields === 'string' ? [['fields', fields]] : [];
  return new URLSearchParams([...pairs, ...chosen]).toString();
}

const record = (value: Json | undefined): JsonRecord => (isRecord(value) ? value : {});

function read(bundled: Bundled, isCount: boolean, call: Call, world: World): Json {
  const operation = operationFor(bundled, isCount, world);
  const { id } = bundled.api;
  const values = [...parentsOf(bundled.api), ...(typeof id === 'number' && !isCount ? [String(id)] : [])];
  const { resources, store } = world;
  for (const parent of resources.parents(operation, values))
    if (!store.holds(parent.path, parent.id)) throw recordMissing(parent.entity, parent.id);
  const target = resources.target(operation, values);
  const query = queryOf(queryFor(bundled));
  const one = { ...call, operation, target, values, query, body: Buffer.alloc(0) };
  const answer = fromReplica(() => readAnswer(one, world), world);
  return parseJson(answer.body.toString('utf8')) ?? null;
}

function resultOf(bundled: Bundled, isCount: boolean, call: Call, world: World): JsonRecord {
  const { sequenceNumber = 0, version } = bundled.request;
  const head = { sequenceNumber, resourceType: bundled.resourceType, ...(version && { version }) };
  try {
    const value = read(bundled, isCount, call, world);
    if (isCount) return { ...head, count: record(value)['count'] ?? 0, success: true, statusCode: 200 };
    const entities = isArray(value) ? value : [value];
    return { ...head, entities, count: entities.length, success: true, statusCode: 200 };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, body } = error.answer;
    return { ...head, success: false, statusCode: status, error: parseJson(body.toString('utf8')) ?? null };
  }
}

/** Runs the reads of a bundle, each for itself: one that fails leaves the others alone (connectwise-api.md §7.8). */
export function bundleResults(body: JsonRecord, call: Call, world: World): JsonRecord {
  const isCount = /\/count\/?$/i.test(call.operation.path);
  const { requests } = body;
  const all = isArray(requests) ? requests.map(record) : [];
  const results = all.map((request) => {
    const resourceType = String(request['resourceType'] ?? '');
    return resultOf({ request, resourceType, api: record(request['apiRequest']) }, isCount, call, world);
  });
  return { results };
}
