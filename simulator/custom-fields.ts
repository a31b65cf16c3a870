import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Schema } from '../lib/catalogue/operation.ts';
import type { Dice } from './dice.ts';
import type { Json, JsonRecord } from './json.ts';
import { shapeOf } from './shapes.ts';
import { guid } from './words.ts';

/** The user-defined fields of this company: every record that can carry custom fields carries all of them (§7.9). */
const definitions = [
  { caption: 'Asset Tag', type: 'Text', entryMethod: 'EntryField', decimals: 0 },
  { caption: 'Satisfaction', type: 'Number', entryMethod: 'EntryField', decimals: 0 },
  { caption: 'Under Contract', type: 'Checkbox', entryMethod: 'Option', decimals: 0 },
  { caption: 'Review Date', type: 'Date', entryMethod: 'Date', decimals: 0 },
] as const;

function fieldValue(type: (typeof definitions)[number]['type'], dice: Dice): Json {
  if (dice.chance(0.3)) return null;
  if (type === 'Number') return dice.whole(1, 10);
  if (type === 'Checkbox') return dice.chance(0.5);
  if (type === 'Date') return `2026-0${dice.whole(1, 9)}-15T00:00:00Z`;
  return `AT-${dice.whole(10_000, 99_999)}`;
}

/** The entries of one record. Members that the document's model does not have are kept out: it may be an older one. */
export function customFieldsFor(id: number, dice: Dice, items: Schema, catalogue: Catalogue): JsonRecord[] {
  const known = shapeOf(items, catalogue).shape.properties ?? {};
  return definitions.map(({ caption, type, entryMethod, decimals }, index) => {
    const entry: JsonRecord = {
      id: index + 1,
      caption,
      type,
      entryMethod,
      numberOfDecimals: decimals,
      value: fieldValue(type, dice),
      connectWiseId: guid(dice),
      rowNum: id,
      userDefinedFieldRecId: index + 1,
      podId: 'overview',
    };
    return Object.fromEntries(Object.entries(entry).filter(([name]) => Object.hasOwn(known, name)));
  });
}
