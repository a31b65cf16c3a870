import { isArray, isRecord, type Json, memberName } from '../json.ts';
import { holdsOf } from './comparison.ts';
import type { Checked } from './condition-check.ts';

/** The value under a name, whatever its letters; undefined where there is none. */
export function valueAt(record: Json | undefined, name: readonly string[]): Json | undefined {
  const [first, ...rest] = name;
  if (first === undefined) return record;
  if (!isRecord(record)) return undefined;
  const known = Object.hasOwn(record, first) ? first : memberName(Object.keys(record), first);
  return known === undefined ? undefined : valueAt(record[known], rest);
}

/** Gives the value of a member of one record. */
type Read = (path: readonly string[]) => Json | undefined;

/** Whether a record holds; it is asked for no more members than are needed. */
export type Holds = (read: Read) => boolean;

/** The one child array that every test of a condition goes through; undefined where there is none or several. */
function arrayOf(condition: Checked): readonly string[] | undefined {
  if (condition.kind === 'related') return undefined;
  if (condition.kind === 'test') return condition.steps.length > 1 ? condition.steps[0] : undefined;
  const [first, ...others] = condition.parts.map(arrayOf);
  return others.every((other) => other?.join('/') === first?.join('/')) ? first : undefined;
}

/** A condition as it is asked of one child: every name without the array in front. */
function ofChild(condition: Checked): Checked {
  if (condition.kind === 'test') return { ...condition, steps: condition.steps.slice(1) };
  return condition.kind === 'related' ? condition : { ...condition, parts: condition.parts.map(ofChild) };
}

const reading =
  (record: Json): Read =>
  (path) =>
    valueAt(record, path);

function someChild(array: readonly string[], holds: Holds): Holds {
  return (read) => {
    const children = read(array);
    return isArray(children) && children.some((child) => holds(reading(child)));
  };
}

/** Parts of an `and` that go through the same array are about the same child (§3.4); all others stand alone. */
function together(parts: readonly Checked[]): Checked[] {
  const groups = new Map<string, Checked[]>();
  for (const [index, part] of parts.entries()) {
    const key = arrayOf(part)?.join('/') ?? `:${index}`;
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  return [...groups.values()].map((group) => {
    const [only, ...others] = group;
    return only !== undefined && others.length === 0 ? only : { kind: 'and', parts: group };
  });
}

/** Makes a condition ready to be asked of records that are at hand: child conditions and custom fields (§3.4). */
export function evaluation(condition: Checked): Holds {
  const array = arrayOf(condition);
  if (array !== undefined) return someChild(array, evaluation(ofChild(condition)));
  if (condition.kind === 'related') return () => false;
  if (condition.kind === 'test') {
    const { test, steps } = condition;
    const [path = []] = steps;
    return (read) => holdsOf(test, read(path));
  }
  const isEither = condition.kind === 'or';
  const parts = (isEither ? condition.parts : together(condition.parts)).map(evaluation);
  return (read) => (isEither ? parts.some((holds) => holds(read)) : parts.every((holds) => holds(read)));
}

/** Whether one custom field of a record fulfils the whole condition, such as `caption = "x" and value != null` (§3.4). */
export function customFieldEvaluation(condition: Checked): Holds {
  return someChild(['customFields'], evaluation(condition));
}
