import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Operation, Schema } from '../catalogue/operation.ts';
import type { Condition } from '../conditions/condition.ts';
import { type DivisionRules, divide, mostParts } from '../conditions/division.ts';
import { findMember } from '../conditions/member.ts';
import { parseConditions } from '../conditions/parsing.ts';
import { printConditions, UnprintableCondition } from '../conditions/printing.ts';
import type { Finding } from '../preflight/finding.ts';
import { scalarText } from '../preflight/input-value.ts';
import { isSearch } from '../preflight/query.ts';
import { declaredAs } from '../preflight/value.ts';
import { resolved } from '../preflight/walk.ts';
import type { ManageRequest } from '../request.ts';
import type { Split } from './split.ts';
import { readWindow, type Window } from './window.ts';

/** ConnectWise takes URLs of 2,000 characters and answers 414 to longer ones (connectwise-api.md §3.6). */
const longestUrl = 2_000;
/** Host, codebase and `/apis/3.0`, which are known only when the secret is read: a cloud's take 60. */
const roomForBase = 100;
/** What path and query may take to fit behind any base. */
const longestTarget = longestUrl - roomForBase;

/** A read, and what it takes to ask the same in another way. */
interface Read {
  readonly operation: Operation;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The schema of one record of what is asked; of a count, of the list that it counts. */
  readonly record: Schema;
  readonly catalogue: Pick<Catalogue, 'find'> & { readonly schemaOf: Catalogue['schema'] };
  /** The same call with other inputs. */
  readonly render: (inputs: Readonly<Record<string, unknown>>) => ManageRequest | undefined;
}

/** A request that fits into a URL, or the requests that ask the same. A finding is to be told: an error stops the call. */
export interface Fitted {
  readonly request: ManageRequest;
  readonly split?: Split;
  readonly finding?: Finding;
}

/**
 * Makes a GET fit whose filters make its URL too long: they go into the body of the POST search beside the list where
 * there is one, else the list or count is asked in parts (division.ts).
 * @param longest of path and query, in characters.
 */
export function fitToUrl(request: ManageRequest, read: Read, longest = longestTarget): Fitted {
  if (request.method !== 'GET' || targetLength(request) <= longest) return { request };
  const fits = (other: ManageRequest | undefined) => other !== undefined && targetLength(other) <= longest;
  const search = searchRequest(read);
  if (search && fits(search)) return { request: search, finding: moved(request, search) };
  const fitted = divided(request, read, fits) ?? { request, finding: tooLong(request) };
  // A little under the limit, it may fit behind a short base: then ConnectWise says whether it does.
  const isInDoubt = fitted.finding?.severity === 'error' && targetLength(request) <= longestUrl;
  return isInDoubt ? { request } : fitted;
}

const targetLength = ({ path, query }: ManageRequest): number => path.length + 1 + query.length;

/** What the body of a search holds; page, pageSize and fields stay in the URL (§3.6). */
const bodyNames = ['conditions', 'childConditions', 'customFieldConditions', 'orderBy'];

/** The POST search beside a list. The document has two: of service tickets and of project tickets. */
function searchRequest({ operation, inputs, catalogue, render }: Read): ManageRequest | undefined {
  const search = catalogue.find(`POST ${operation.path.replace(/\/$/, '')}/search`);
  if (operation.success.kind !== 'list' || !search || !isSearch(search) || !('schema' in search.body))
    return undefined;
  const { properties = {} } = resolved(search.body.schema, catalogue);
  const names = bodyNames.filter((name) => (inputs[name] ?? undefined) !== undefined);
  const members = names.map((name) => [declaredAs(name, properties), scalarText(inputs[name])] as const);
  const rest = render(Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name))));
  if (!rest || members.some(([name]) => name === undefined)) return undefined;
  const text = JSON.stringify(Object.fromEntries(members));
  const path = `${rest.path.replace(/\/$/, '')}/search`;
  return { ...rest, method: 'POST', path, body: { kind: 'json', text } };
}

/** Undefined where the conditions cannot be divided. */
function divided(
  request: ManageRequest,
  read: Read,
  fits: (other: ManageRequest | undefined) => boolean,
): Fitted | undefined {
  const { operation, inputs, render } = read;
  const { kind } = operation.success;
  const parsed = parseConditions(scalarText(inputs['conditions']) ?? '');
  if (!parsed.valid || request.wantsBytes || (kind !== 'list' && kind !== 'count')) return undefined;
  const asked = (window: Window | undefined) => (part: Condition) =>
    render({ ...inputs, ...window?.inputs, conditions: printConditions(part) });
  try {
    const shorter = asked(undefined)(parsed.condition);
    // Blanks and line breaks can be what is too much.
    if (shorter && fits(shorter)) return { request: shorter };
    const window = kind === 'list' ? readWindow(inputs, read.record, read.catalogue) : undefined;
    if (window && 'obstacle' in window) return { request, finding: inexact(window.obstacle, window.mend) };
    const rules: DivisionRules = { fits: (part) => fits(asked(window)(part)) };
    const parts = divide(parsed.condition, window ? rules : { ...rules, isSingle: isSingleIn(read) });
    if (!parts) return window || !divide(parsed.condition, rules) ? undefined : { request, finding: twice };
    const requests = parts.flatMap((part) => asked(window)(part) ?? []);
    const split: Split = window ? { kind: 'list', requests, ...window.page } : { kind: 'count', requests };
    return { request, split, finding: splitInto(requests.length, request) };
  } catch (error) {
    if (error instanceof UnprintableCondition) return undefined;
    throw error;
  }
}

/** Whether a record has one value of a member at the most, as far as the document knows. */
const isSingleIn =
  ({ record, catalogue }: Read) =>
  (name: string): boolean => {
    const member = findMember(name, record, catalogue);
    return 'kind' in member && ['text', 'number', 'choice', 'boolean'].includes(member.kind);
  };

const why = (request: ManageRequest) =>
  `The path and query have ${targetLength(request)} characters, and ConnectWise takes URLs of ${longestUrl}`;

function moved(request: ManageRequest, { method, path }: ManageRequest): Finding {
  const message = `${why(request)}: the filters go into the body of ${method} ${path}.`;
  const mend = 'Nothing is to be done.';
  return { severity: 'warning', path: 'inputs', reason: 'sent_as_search', message, mend };
}

function splitInto(count: number, request: ManageRequest): Finding {
  const message = `${why(request)}: the conditions are asked in ${count} calls, whose answers are put together. Records that change meanwhile may be missed, as between pages.`;
  const mend = 'Nothing is to be done. Shorter conditions make one call.';
  return { severity: 'warning', path: 'inputs.conditions', reason: 'sent_in_parts', message, mend };
}

const inexact = (obstacle: string, mend: string): Finding => ({
  severity: 'error',
  path: 'inputs.conditions',
  reason: 'conditions_too_long',
  message: `The conditions are too long for one URL, and asked in parts they would not give the same: ${obstacle}.`,
  mend,
});

const twice = inexact(
  'a record could be counted twice',
  'Ask for a list in (…) of one member, of texts or whole numbers that differ; or count the parts yourself.',
);

function tooLong(request: ManageRequest): Finding {
  const message = `${why(request)}. Nothing in it could be moved to a body, or divided into ${mostParts} calls or less.`;
  const mend =
    'Shorten the filters or fields, or ask in several calls. What can be divided is conditions that are an or, or hold a list in (…).';
  return { severity: 'error', path: 'inputs', reason: 'uri_too_long', message, mend };
}
