import MiniSearch, { type QueryCombination } from 'minisearch';
import type { Catalogue } from './catalogue.ts';
import { singularOf, splitWords } from './noun.ts';
import type { Method, Operation } from './operation.ts';
import { matchRoute } from './route-match.ts';
import { stopWords, synonyms } from './synonyms.ts';

export interface OperationSearch {
  /** Words, or an id; the best match comes first. Absent: every operation, in the order of the document. */
  readonly search?: string | undefined;
  readonly module?: string | undefined;
  readonly method?: Method | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface FoundOperations {
  /** How many there are, whatever the limit. */
  readonly total: number;
  readonly operations: readonly Operation[];
}

/** Finds operations by words. The first search of a catalogue indexes it, which takes some hundred milliseconds. */
export function searchOperations(catalogue: Catalogue, wanted: OperationSearch): FoundOperations {
  const { module, method, limit, offset } = wanted;
  const search = wanted.search?.trim() ?? '';
  const ranked = search === '' ? catalogue.all() : rank(catalogue, search);
  const isWanted = (operation: Operation) =>
    (module === undefined || operation.module === module) &&
    (method === undefined || operation.method === method);
  const found = ranked.filter(isWanted);
  return { total: found.length, operations: found.slice(offset, offset + limit) };
}

function rank(catalogue: Catalogue, search: string): readonly Operation[] {
  const named = catalogue.find(search);
  const { index, operations } = indexOf(catalogue);
  const groups = wordsOf(search).map((word) => alternatives(index, word));
  const every = index.search({ combineWith: 'AND', queries: groups });
  // All words first; where no operation has them all, those that have some.
  const found = every.length > 0 ? every : index.search({ combineWith: 'OR', queries: groups });
  const ranked = found.flatMap(({ id }) => operations[Number(id)] ?? []);
  return [...new Set([...(named ? [named] : []), ...matchRoute(search, operations), ...ranked])];
}

/**
 * A word, or rather what the document calls it: a device is a configuration more often than a managed device. Only a word
 * that nobody knows may be misspelt, so only that is taken loosely.
 */
function alternatives(index: MiniSearch<Entry>, word: string): QueryCombination {
  const known = [word, ...(synonyms.get(word) ?? [])].filter((one) => isKnown(index, one));
  return known.length > 0
    ? { combineWith: 'OR', queries: known, fuzzy: false, boostTerm: (term) => (term === word ? 1 : 2) }
    : { combineWith: 'OR', queries: [word] };
}

const isKnown = (index: MiniSearch<Entry>, word: string) =>
  index.search(word, { prefix: false, fuzzy: false }).length > 0;

interface Index {
  readonly index: MiniSearch<Entry>;
  readonly operations: readonly Operation[];
}

/** What is indexed of an operation: its words, field by field. */
interface Entry {
  readonly id: number;
  readonly description: string;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly verbs: string;
}

const indexes = new WeakMap<Catalogue, Index>();

function indexOf(catalogue: Catalogue): Index {
  const known = indexes.get(catalogue);
  if (known) return known;
  const operations = catalogue.all();
  const index = new MiniSearch<Entry>({
    fields: ['description', 'path', 'operationId', 'summary', 'tag', 'verbs'],
    tokenize: wordsOf,
    processTerm: (term) => term,
    searchOptions: {
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      boost: { description: 4, path: 2, verbs: 0.5 },
      boostDocument: (id) => weight(operations[Number(id)]),
    },
  });
  index.addAll(operations.map(entry));
  const made = { index, operations };
  indexes.set(catalogue, made);
  return made;
}

const wordsOf = (text: string): string[] =>
  text
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap(splitWords)
    .filter((word) => !stopWords.has(word))
    .map(singularOf);

/** Other words for what a method does: people add, change and remove. */
const verbs: Readonly<Record<Method, string>> = {
  GET: 'get read show list find open',
  POST: 'post create add new register start log book',
  PUT: 'put replace',
  PATCH: 'patch update change edit close set',
  DELETE: 'delete remove',
};

function entry(operation: Operation, id: number): Entry {
  const { description, path, operationId, summary = '', tag = '', method } = operation;
  return { id, description, path, operationId, summary, tag, verbs: verbs[method] };
}

/** What is near the top of the tree is meant more often, and a list is where most people begin. */
function weight(operation: Operation | undefined): number {
  if (!operation) return 1;
  const depth = operation.path.split('/').filter(Boolean).length;
  const isAside = /\/(?:info|usages|count|default|bulk)(?:\/|$)/.test(operation.path);
  return (operation.success.kind === 'list' ? 1.5 : 1) * (isAside ? 0.6 : 1) * (10 / (4 + depth));
}
