import MiniSearch, { type QueryCombination } from 'minisearch';
import { singularOf, splitWords } from './noun.ts';
import type { Method, Operation, Success } from './operation.ts';
import { purposes } from './purposes.ts';
import { matchRoute } from './route-match.ts';
import { idioms, stopWords, synonyms } from './synonyms.ts';

interface OperationSearch {
  /** Words, or an id; the best match comes first. Absent: every operation, in the order of the document. */
  readonly search?: string | undefined;
  readonly module?: string | undefined;
  readonly method?: Method | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** What a search looks at: the console's index holds no more of an operation. */
export type Findable = Pick<
  Operation,
  'operationId' | 'method' | 'path' | 'module' | 'description' | 'summary' | 'tag'
> & { readonly success: Pick<Success, 'kind'> };

/** Operations to search, always the same ones: they are indexed once. */
export interface Searchable<T extends Findable> {
  readonly all: () => readonly T[];
  readonly find: (id: string) => T | undefined;
}

export interface FoundOperations<T = Operation> {
  /** How many there are, whatever the limit. */
  readonly total: number;
  readonly operations: readonly T[];
}

/** Finds operations by words. The first search of a catalogue indexes it, which takes some hundred milliseconds. */
export function searchOperations<T extends Findable>(
  catalogue: Searchable<T>,
  wanted: OperationSearch,
): FoundOperations<T> {
  const { module, method, limit, offset } = wanted;
  const search = wanted.search?.trim() ?? '';
  const ranked = search === '' ? catalogue.all() : rank(catalogue, search);
  const isWanted = (operation: T) =>
    (module === undefined || operation.module === module) &&
    (method === undefined || operation.method === method);
  const found = ranked.filter(isWanted);
  return { total: found.length, operations: found.slice(offset, offset + limit) };
}

function rank<T extends Findable>(catalogue: Searchable<T>, search: string): readonly T[] {
  const named = catalogue.find(search);
  const operations = catalogue.all();
  const indexed = indexOf(catalogue);
  const { index } = indexed;
  const text = idioms.reduce((said, [phrase, word]) => said.replaceAll(phrase, word), search);
  const isOne = isOneRecord(text, indexed);
  const boostDocument = (id: unknown) => weight(operations[Number(id)], isOne);
  const having = (combineWith: 'AND' | 'OR', queries: readonly QueryCombination[]) =>
    index.search({ combineWith, queries: [...queries] }, { boostDocument });
  const asked = wordsOf(text).map((word) => alternatives(indexed, word));
  const all = having('AND', asked);
  // A word that is not even nearly anything must not make the others fail.
  const told = all.length > 0 ? asked : asked.filter((query) => index.search(query).length > 0);
  const every = told.length < asked.length ? having('AND', told) : all;
  // Those that have all words first; where they are few, those that have some.
  const some = every.length < fewest ? having('OR', told) : [];
  const ranked = [...every, ...some].flatMap(({ id }) => operations[Number(id)] ?? []);
  return [...new Set([...(named ? [named] : []), ...matchRoute(search, operations), ...ranked])];
}

/** As many as a person looks at. */
const fewest = 3;

/**
 * A word, or rather what the document calls it: a device is a configuration more often than a managed device. Only a word
 * that nobody knows may be misspelt, so only that is taken loosely.
 */
function alternatives({ terms }: Index, word: string): QueryCombination {
  const known = [word, ...(synonyms.get(word) ?? [])].filter((one) => terms.has(one));
  if (known.length === 0) return { combineWith: 'OR', queries: [word], fields: [...names] };
  const boostTerm = (term: string) => (term === word ? 1 : 2);
  return { combineWith: 'OR', queries: known, prefix: false, fuzzy: false, boostTerm };
}

/** `ticket by number`, `ticket 42`: but of `tickets of company 42` and of Office 365 there may be many. */
function isOneRecord(text: string, { terms }: Index): boolean {
  const isOfAnother = /\b(?:of|for|from|in|on|with)\b/i.test(text);
  return text.includes('#') || (!isOfAnother && wordsOf(text).some((word) => isId(word) && !terms.has(word)));
}

const isId = (word: string) => /^\d+$/.test(word);

interface Index {
  readonly index: MiniSearch<Entry>;
  /** Every word that is in it. */
  readonly terms: ReadonlySet<string>;
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
  readonly purpose: string;
}

/** What an operation is called. A misspelt word is looked for here alone: `assigned` is not nearly the verb `assign`. */
const names = ['description', 'path', 'operationId', 'summary', 'tag'] as const;

const indexes = new WeakMap<Searchable<Findable>, Index>();

function indexOf(catalogue: Searchable<Findable>): Index {
  const known = indexes.get(catalogue);
  if (known) return known;
  const terms = new Set<string>();
  const index = new MiniSearch<Entry>({
    fields: [...names, 'verbs', 'purpose'],
    tokenize: wordsOf,
    processTerm: (term, field) => {
      // A word that is only searched comes without a field.
      if (field !== undefined) terms.add(term);
      return term;
    },
    searchOptions: {
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      boost: { description: 4, path: 2, verbs: 0.5, purpose: 1 },
    },
  });
  index.addAll(catalogue.all().map(entry));
  const made = { index, terms };
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
  POST: 'post create add new register start log book make insert',
  PUT: 'put replace overwrite',
  PATCH: 'patch update change edit modify correct close reopen set complete finish cancel rename move',
  DELETE: 'delete remove cancel erase',
};

function entry(operation: Findable, id: number): Entry {
  const { description, path, operationId, summary = '', tag = '', method } = operation;
  const purpose = purposes.get(path.toLowerCase().replace(/\/(?:\{id\})?$/, '')) ?? '';
  const isAction = method === 'POST' && !/^(?:Add|Create|Upload) /.test(description);
  const told = isAction ? 'post' : verbs[method];
  return { id, description, path, operationId, summary, tag, verbs: told, purpose };
}

/**
 * What is near the top of the tree is meant more often, and a list is where most people begin, unless it is one record
 * that they want.
 */
function weight(operation: Findable | undefined, isOne: boolean): number {
  if (!operation) return 1;
  const depth = operation.path.split('/').filter(Boolean).length;
  const isAside = /\/(?:info|usages|count|default|bulk)(?:\/|$)/.test(operation.path);
  const isPreferred = isOne ? operation.path.endsWith('}') : operation.success.kind === 'list';
  return (isPreferred ? 1.5 : 1) * (isAside ? 0.6 : 1) * (10 / (4 + depth));
}
