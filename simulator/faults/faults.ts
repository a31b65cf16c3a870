import type { Operation } from '../../lib/catalogue/operation.ts';
import { createDice, type Dice } from '../dice.ts';
import { segmentsOf } from '../routes.ts';
import type { FaultEntry, FaultRule } from './fault-rule.ts';

/** A call as the rules see it. */
interface Suspect {
  readonly method: string;
  /** The path behind `/apis/3.0`; the whole path of a call that has none. */
  readonly path: string;
  /** The operation that the path leads to; undefined where it leads to none, as discovery's. */
  readonly operation: Operation | undefined;
}

/** What happens to one call: its rule, with the range of its delay settled. */
export interface Fault extends FaultRule {
  readonly delayMs?: number | undefined;
}

/** The rules in force. */
export interface Faults {
  add(rule: FaultRule): void;
  /** The first rule that strikes a call, used up by one; undefined where the call runs as it should. */
  next(suspect: Suspect): Fault | undefined;
  entries(): readonly FaultEntry[];
  clear(): void;
}

interface Standing {
  readonly rule: FaultRule;
  readonly dice: Dice;
  seen: number;
  struck: number;
}

const plain = (path: string): string => segmentsOf(path).join('/').toLowerCase();

function isNamed(name: string, operation: Operation | undefined): boolean {
  if (operation === undefined) return false;
  const { id, operationId, method, path } = operation;
  return [id, operationId, `${method} ${path}`].some((one) => one.toLowerCase() === name.toLowerCase());
}

function fits({ operation, method, path }: FaultRule, suspect: Suspect): boolean {
  if (operation !== undefined && !isNamed(operation, suspect.operation)) return false;
  if (method !== undefined && method.toUpperCase() !== suspect.method) return false;
  if (path === undefined) return true;
  // A global pattern remembers where it stopped: each call is looked at from the start.
  return typeof path === 'string' ? plain(path) === plain(suspect.path) : suspect.path.search(path) >= 0;
}

const isSpent = ({ rule, struck }: Standing): boolean =>
  rule.times !== 'always' && struck >= (rule.times ?? 1);

/** Counts a call that fits, and says whether the rule strikes it. */
function strikes(standing: Standing): boolean {
  const { rule, dice } = standing;
  standing.seen += 1;
  if (standing.seen < (rule.nth ?? 1) || !dice.chance(rule.probability ?? 1)) return false;
  standing.struck += 1;
  return true;
}

function settled({ rule, dice }: Standing): Fault {
  const { delayMs, ...rest } = rule;
  if (delayMs === undefined) return rest;
  return { ...rest, delayMs: typeof delayMs === 'number' ? delayMs : dice.whole(delayMs.from, delayMs.to) };
}

/** Rules of faults; the same seed, rules and calls give the same faults. */
export function createFaults(seed: number): Faults {
  let standings: Standing[] = [];
  let added = 0;
  return {
    add: (rule) => {
      added += 1;
      standings.push({ rule, dice: createDice(seed, 'fault', added), seen: 0, struck: 0 });
    },
    next: (suspect) => {
      const standing = standings.find((one) => !isSpent(one) && fits(one.rule, suspect) && strikes(one));
      return standing && settled(standing);
    },
    entries: () => standings.map(({ rule, seen, struck }) => ({ rule, seen, struck })),
    clear: () => {
      standings = [];
      added = 0;
    },
  };
}
