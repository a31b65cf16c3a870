import type { Undescribed } from './derivation.ts';
import { type Noun, nounOf, splitWords, withArticle } from './noun.ts';
import type { Method, Operation } from './operation.ts';
import { groupsOf, partsOf } from './path-groups.ts';
import { actions, exceptions } from './phrases.ts';

/**
 * Gives every operation a short sentence of our own, made of its method and path: the vendor's summaries are missing in
 * 2022.1 and one in nine repeats another (openapi-document.md §4, quirk 11). Where two would be equal, what tells them
 * apart is added in parentheses.
 */
export function describeOperations(operations: readonly Undescribed[]): readonly Operation[] {
  const texts = operations.map(describe);
  const inModule = apart(texts, (place) => operations[place]?.module ?? '');
  const byPath = apart(inModule, (place) => literals(operations[place]?.path ?? ''));
  return operations.map((operation, place) => ({
    ...operation,
    description: byPath[place] ?? operation.operationId,
  }));
}

/** Adds in parentheses what tells equal texts apart, where that makes them all different. */
function apart(texts: readonly string[], hint: (place: number) => string): readonly string[] {
  const groups = Map.groupBy(texts.keys(), (place) => texts[place]);
  return texts.map((text, place) => {
    const twins = groups.get(text) ?? [];
    const differ = new Set(twins.map(hint)).size === twins.length;
    return twins.length > 1 && differ ? `${text} (${hint(place)})` : text;
  });
}

const literals = (path: string) =>
  path
    .split('/')
    .filter((part) => part && !part.includes('{'))
    .slice(1)
    .flatMap(splitWords)
    .join(' ');

/** What is shown of a record: itself, its summary (`info`), how many there are, or where it is used. */
interface View {
  readonly parts: readonly string[];
  readonly endings: readonly string[];
  /** Below `/info/`: the same records with fewer members, for those who may not see more. */
  readonly isBrief: boolean;
}

const endings = ['count', 'info', 'list', 'usages', 'bulk'];

function describe({ method, path, module, success }: Undescribed): string {
  const exception = exceptions.get(`${method} ${path}`);
  if (exception !== undefined) return exception;
  const view = viewOf(path);
  const action = actionOf(method, view, module);
  if (action !== undefined) return action;
  const subject = subjectOf(module, view.parts);
  const [ending, second] = view.endings;
  if (ending === 'bulk') return `${describeAll(method, subject)} in bulk`;
  if (ending === 'list') return `List the records that use ${inParents(subject, 'one')}`;
  if (ending === 'usages') return `Show where ${inParents(subject, 'one')} is used`;
  if (ending === 'count' && second === 'usages') return `Count the uses of ${inParents(subject, 'one')}`;
  const brief = view.isBrief ? ' in brief' : '';
  const isSummary = view.endings.includes('info');
  if (ending === 'count' || second === 'count')
    return `Count ${inParents(isSummary ? summaryOf(subject) : subject, 'plural')}${brief}`;
  if (isSummary) return describeSummary(subject, success.kind === 'list');
  return describePlain(method, subject, success.kind === 'list') + brief;
}

const verbs: Readonly<Record<Method, string>> = {
  GET: 'Get',
  POST: 'Create',
  PUT: 'Replace',
  PATCH: 'Update',
  DELETE: 'Delete',
};

/** Takes the endings off a path: of `/notes/info/count`, the last one first, `count` and `info`. */
function viewOf(path: string): View {
  const all = partsOf(path);
  const end = all.findLastIndex((part) => !endings.includes(part.toLowerCase())) + 1;
  const parts = all.slice(0, end);
  const found = all.slice(end).map((part) => part.toLowerCase());
  return {
    parts: parts.filter((part) => part !== 'info'),
    endings: found.reverse(),
    isBrief: parts.includes('info'),
  };
}

/** A path that ends in a verb, perhaps with the id of what it is done with. */
function actionOf(method: Method, { parts, endings: found }: View, module: string): string | undefined {
  const place = parts.findLastIndex((part) => !part.startsWith('{'));
  const template = actions.get(`${method} ${parts[place]?.toLowerCase()}`);
  if (template === undefined || place < 1 || found.length > 0) return undefined;
  const subject = subjectOf(module, parts.slice(0, place));
  return template
    .replace('{a}', inParents(subject, 'one'))
    .replace('{all}', inParents(subject, 'plural'))
    .replace('{noun}', subject.noun.singular);
}

/** What an operation is about: a kind of record, and the record that it belongs to. */
interface Subject {
  readonly noun: Noun;
  /** In the singular, without an article; empty where there is none. */
  readonly parent: string;
  /** The parameter that names one record; absent for a collection. */
  readonly parameter?: string;
  readonly isWrittenPlural: boolean;
}

function subjectOf(module: string, parts: readonly string[]): Subject {
  const groups = groupsOf(module, parts);
  const last = groups.at(-1) ?? { segments: [] };
  const parent = groups.slice(0, -1).reduce((outer, { segments }) => {
    const inner = nounOf(outer ? '' : module, segments).singular;
    return [outer, withoutStart(inner, outer)].filter(Boolean).join(' ');
  }, '');
  const noun = nounOf(groups.length === 1 ? module : '', last.segments);
  return {
    noun: { singular: withoutStart(noun.singular, parent), plural: withoutStart(noun.plural, parent) },
    parent,
    ...(last.parameter !== undefined && { parameter: last.parameter }),
    isWrittenPlural: /[^s]s$/.test(last.segments.at(-1) ?? ''),
  };
}

/** The phases of a project template need not be called project template phases again. */
const withoutStart = (noun: string, parent: string) =>
  parent && noun.startsWith(`${parent} `) ? noun.slice(parent.length + 1) : noun;

/** `a note of a company`, `the notes of a company`, or plainly `companies`. */
function inParents({ noun, parent }: Subject, number: 'one' | 'plural'): string {
  const owner = parent ? ` of ${withArticle(parent)}` : '';
  if (number === 'one') return withArticle(noun.singular) + owner;
  return (owner ? `the ${noun.plural}` : noun.plural) + owner;
}

function summaryOf(subject: Subject): Subject {
  const { singular } = subject.noun;
  return { ...subject, noun: { singular: `${singular} summary`, plural: `${singular} summaries` } };
}

function describeSummary(subject: Subject, isList: boolean): string {
  if (isList && subject.parameter === undefined) return `List ${inParents(summaryOf(subject), 'plural')}`;
  return `Get the summary of ${inParents(subject, 'one')}${by(subject)}`;
}

function describePlain(method: Method, subject: Subject, isList: boolean): string {
  const { noun, parent, parameter, isWrittenPlural } = subject;
  if (method === 'POST')
    return parent
      ? `Add ${withArticle(noun.singular)} to ${withArticle(parent)}`
      : `Create ${withArticle(noun.singular)}`;
  if (parameter !== undefined) return `${verbs[method]} ${inParents(subject, 'one')}${by(subject)}`;
  if (method === 'GET' && isList) return `List ${inParents(subject, 'plural')}`;
  if (method === 'DELETE') return `Delete all ${inParents(subject, 'plural')}`;
  const owner = parent ? ` of ${withArticle(parent)}` : '';
  return `${verbs[method]} the ${isWrittenPlural ? noun.plural : noun.singular}${owner}`;
}

function describeAll(method: Method, subject: Subject): string {
  const { noun, parent } = subject;
  if (method === 'POST' && parent) return `Add ${noun.plural} to ${withArticle(parent)}`;
  return `${verbs[method]} ${inParents(subject, 'plural')}`;
}

/** Ids go without saying; whatever else names a record is said. */
function by({ parameter = 'id' }: Subject): string {
  if (/^(?:grand)?(?:parent)?id$/i.test(parameter)) return '';
  const words = splitWords(parameter).join(' ');
  return ` by ${words.endsWith('identifier') ? 'identifier' : words}`;
}
