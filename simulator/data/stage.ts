import { identifierFor } from '../words.ts';
import { dayMs, lastDayMs, stampOf } from './calendar.ts';
import type { Names } from './names.ts';
import type { Plan } from './plan.ts';
import { createRoll, type Roll, wholeBetween } from './roll.ts';
import type { Group } from './table.ts';

/** What tables are made from. */
export interface Stage {
  readonly seed: number;
  readonly plan: Plan;
  readonly names: Names;
}

/** Who entered a record and who changed it last; records are changed up to a year later, but never after the last day. */
export function stampsOf(
  seed: number,
  entity: string,
  members: number,
  enteredMs: (id: number) => number,
): Group {
  const rolls = ['updated', 'by', 'editor'].map((key) => createRoll(seed, entity, key));
  const [updated, by, editor] = rolls;
  const member = (roll: Roll | undefined) => (id: number) =>
    identifierFor('Member', wholeBetween(roll?.(id) ?? 0, 1, members));
  return {
    members: {
      lastUpdated: (id) => {
        const entered = enteredMs(id);
        const latest = Math.min(365 * dayMs, lastDayMs - entered);
        return stampOf(entered + (updated?.(id) ?? 0) * Math.max(0, latest));
      },
      updatedBy: member(editor),
      dateEntered: (id) => stampOf(enteredMs(id)),
      enteredBy: member(by),
    },
  };
}
