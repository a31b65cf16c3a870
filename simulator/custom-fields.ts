import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Schema } from '../lib/catalogue/operation.ts';
import { createRange } from './data/ids.ts';
import { constant, type Table } from './data/table.ts';
import type { Dice } from './dice.ts';
import type { Json, JsonRecord } from './json.ts';
import { shapeOf } from './shapes.ts';
import { guid } from './words.ts';

/** The collection of their definitions, in lower case as targets name it. */
const definitionsPath = 'system/userdefinedfields';

/** The user-defined fields of this company: every record that can carry custom fields carries all of them (§7.9). */
const definitions = [
  { caption: 'Asset Tag', type: 'Text', entryMethod: 'EntryField', decimals: 0 },
  { caption: 'Satisfaction', type: 'Number', entryMethod: 'EntryField', decimals: 0 },
  { caption: 'Under Contract', type: 'Checkbox', entryMethod: 'Option', decimals: 0 },
  { caption: 'Review Date', type: 'Date', entryMethod: 'Date', decimals: 0 },
] as const;

/** The definitions as `/system/userDefinedFields` shows them; a record's entries carry their ids. */
const definitionTable: Table = {
  ids: createRange(definitions.length),
  columns: {
    podId: constant(1),
    caption: (id) => definitions[id - 1]?.caption,
    sequenceNumber: (id) => id,
    helpText: constant(undefined),
    fieldTypeIdentifier: (id) => definitions[id - 1]?.type,
    numberDecimals: (id) => definitions[id - 1]?.decimals,
    entryTypeIdentifier: (id) => definitions[id - 1]?.entryMethod,
    requiredFlag: constant(false),
    displayOnScreenFlag: constant(true),
    readOnlyFlag: constant(false),
    listViewFlag: constant(true),
    buttonUrl: constant(undefined),
    options: constant([]),
    businessUnitIds: constant([]),
    locationIds: constant([]),
    addAllBusinessUnits: constant(undefined),
    removeAllBusinessUnits: constant(undefined),
    addAllLocations: constant(undefined),
    removeAllLocations: constant(undefined),
  },
};

/** The definitions where a path is theirs, MSP or not: no other records would agree with what all records carry. */
export const definitionsAt = (path: string): Table | undefined =>
  path === definitionsPath ? definitionTable : undefined;

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
