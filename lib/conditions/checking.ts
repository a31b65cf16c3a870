import type { Schema } from '../catalogue/operation.ts';
import { quoted, suggestion } from '../explanation.ts';
import type { Advice, Severity } from '../preflight/finding.ts';
import { resolved, type Walk } from '../preflight/walk.ts';
import { type Condition, isChain, type Test } from './condition.ts';
import { findMember, isRelated, type Member, type UnknownMember } from './member.ts';
import { parseConditions, type TestPlace } from './parsing.ts';
import { positionOf, type Span } from './position.ts';
import { checkValues } from './value-checking.ts';

/** Which of the three filters a text is. Each knows names of its own (connectwise-api.md §3.3, §3.4). */
export type Scope = 'conditions' | 'childConditions' | 'customFieldConditions';

/** A filter, and what it asks. */
interface Filter {
  readonly text: string;
  readonly scope: Scope;
  /** Where it stands: `inputs.conditions`. */
  readonly path: string;
  /** The schema of one record of the list; {} where nothing is known of it. */
  readonly record: Schema;
}

type Surroundings = Pick<Walk, 'schemaOf' | 'report'>;

/** Takes down what is wrong at a place of the text. The message goes on behind that place: it begins with a small letter. */
export type Complain = (severity: Severity, at: Span, advice: () => Advice) => void;

/**
 * Checks a filter: errors where ConnectWise surely refuses it (it cannot be read, a list among conditions, values of
 * another type), warnings where the document may know less than the server. Names are quoted, values never.
 */
export function checkConditions(filter: Filter, { schemaOf, report }: Surroundings): void {
  const { text, scope, path } = filter;
  const parsed = parseConditions(text);
  for (const { message, mend, position } of parsed.valid ? [] : parsed.problems) {
    const advice = {
      reason: 'unreadable_condition',
      message: `'${path}' cannot be read. ${message}`,
      mend,
    };
    report('error', path, () => advice, position);
  }
  const condition = parsed.valid ? parsed.condition : parsed.meant;
  const record =
    scope === 'customFieldConditions' ? customFieldOf(filter, { schemaOf, report }) : filter.record;
  if (!condition || !record || !resolved(record, { schemaOf }).properties) return;
  const complain: Complain = (severity, at, advice) => {
    const placed = () => {
      const { line, column } = positionOf(text, at);
      const { reason, message, mend } = advice();
      return { reason, message: `'${path}', line ${line}, column ${column}: ${message}`, mend };
    };
    report(severity, path, placed, at);
  };
  const check = { scope, record, schemaOf, complain };
  const tests = testsOf(condition);
  for (const test of tests) {
    const place = parsed.places.get(test);
    if (place) checkTest(test, place, check);
  }
  checkRelated(condition, tests, parsed.places, check);
}

interface Check {
  readonly scope: Scope;
  readonly record: Schema;
  readonly schemaOf: Walk['schemaOf'];
  readonly complain: Complain;
}

const testsOf = (condition: Condition): readonly Test[] =>
  isChain(condition) ? condition.parts.flatMap(testsOf) : [condition];

/** The schema of a custom field of the record; undefined where nothing is known of it. */
function customFieldOf({ record, path }: Filter, { schemaOf, report }: Surroundings): Schema | undefined {
  const { properties } = resolved(record, { schemaOf });
  const list = properties?.['customFields'];
  if (properties && !list) {
    report('warning', path, () => ({
      reason: 'no_custom_fields',
      message: `'${path}' asks for custom fields, of which the document knows none here.`,
      mend: 'Ask for members of the record in conditions.',
    }));
  }
  return list && resolved(list, { schemaOf }).items;
}

function checkTest(test: Test, place: TestPlace, check: Check): void {
  const { scope, record, schemaOf, complain } = check;
  if (scope === 'conditions' && isRelated(test.name, record)) return;
  const found = findMember(test.name, record, { schemaOf });
  if (!('kind' in found)) reportUnknown(test.name, found, place, check);
  else if (found.isHidden) reportHidden(test.name, place, complain);
  else if (scope === 'conditions' && (found.list !== undefined || found.kind === 'list'))
    reportList(test.name, found, place, complain);
  else {
    if (test.kind === 'membership' && scope !== 'conditions') reportIn(scope, place, complain);
    checkValues(test, found, place, complain);
  }
}

function reportUnknown(
  name: string,
  { segment, known }: UnknownMember,
  place: TestPlace,
  { scope, record, schemaOf, complain }: Check,
): void {
  complain('warning', place.name, () => {
    const isTop = segment === name.split('/')[0];
    const isCustom = /^(?:caption|value)$/i.test(name) && scope === 'conditions';
    if (isCustom && resolved(record, { schemaOf }).properties?.['customFields']) {
      return {
        reason: 'misplaced_custom_field',
        message: `there is no member ${quoted(name)}: it belongs to custom fields.`,
        mend: `Move the test to customFieldConditions: caption = "…" and value = "…".`,
      };
    }
    const candidates = isTop ? [...known, 'lastUpdated', 'dateEntered'] : known;
    return {
      reason: 'unknown_name',
      message: `there is no member ${quoted(segment)}${isTop ? '' : ` in ${quoted(name)}`}${suggestion(segment.slice(0, 100), candidates)}.`,
      mend: 'Mend the name. ConnectWise answers "is not a recognized name" to what it does not know.',
    };
  });
}

function reportHidden(name: string, place: TestPlace, complain: Complain): void {
  complain('warning', place.name, () => ({
    reason: 'not_filterable',
    message: `${quoted(name)} is a member of the record, but ConnectWise is known not to filter by such.`,
    mend: 'Filter by another member, and the rest in what comes back.',
  }));
}

function reportList(name: string, { list, path }: Member, place: TestPlace, complain: Complain): void {
  const listName = list ?? path.join('/');
  complain('error', place.name, () =>
    listName === 'customFields'
      ? {
          reason: 'misplaced_custom_field',
          message: `${quoted(name)} asks for custom fields, which conditions do not know.`,
          mend: 'Move the test to customFieldConditions: caption = "…" and value = "…".',
        }
      : {
          reason: 'list_in_conditions',
          message: `${quoted(listName)} is a list, which conditions do not know.`,
          mend: `Move the test to childConditions, where ${listName}/… names a member of its items.`,
        },
  );
}

/** The guide lists the operators of child and custom field conditions without it (§3.2.1); no refusal is recorded. */
function reportIn(scope: Scope, place: TestPlace, complain: Complain): void {
  complain('warning', place.operator, () => ({
    reason: 'in_not_allowed',
    message: `${scope} do not know the operator in.`,
    mend: 'Write one test for each value, with or between them.',
  }));
}

/** Of a record that hangs on a record one id can be asked, once: lists, and several by or, were refused (§3.3). */
function checkRelated(
  condition: Condition,
  tests: readonly Test[],
  places: ReadonlyMap<Test, TestPlace>,
  { record, scope, complain }: Check,
): void {
  if (scope !== 'conditions') return;
  const related = tests.filter(({ name }) => isRelated(name, record));
  const isAlone = related.length < 2 || !hasOr(condition);
  for (const test of related) {
    const isPlain =
      test.kind === 'comparison' && test.operator === '=' && test.value.type === 'number' && isAlone;
    const place = places.get(test);
    if (isPlain || !place) continue;
    complain('warning', place.name, () => ({
      reason: 'one_id_only',
      message: `${quoted(test.name)} can be compared with one id only.`,
      mend: `Write ${test.name} = and the id, and ask once for each id.`,
    }));
  }
}

const hasOr = (condition: Condition): boolean =>
  isChain(condition) && (condition.kind === 'or' || condition.parts.some(hasOr));
