import { expect, test } from 'vitest';
import { compile } from '../../lib/catalogue/compilation.ts';
import { createCatalogue } from '../../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { isRecord, type Json } from '../../simulator/json.ts';
import { createRecordMaker, memberAt } from '../../simulator/records.ts';

const { files } = compile(readPublishedTypes());
const catalogue = createCatalogue((name) => files.get(name) ?? '');
const href = (entity: string, id: number): string => `http://127.0.0.1/${entity}/${id}`;

/** Every path of names in a record, arrays as a whole. */
function pathsOf(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (!isRecord(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name]))];
}

// Columns read values without making records: a list is filtered by what its records show only if both agree.
test('a value that is made alone is the one that its record has', () => {
  const wrong: string[] = [];
  let compared = 0;
  for (const { success, path } of catalogue.all()) {
    if (success.kind !== 'record' || success.schema === undefined) continue;
    const maker = createRecordMaker({ catalogue, seed: 3, rows: 9, href }, success.schema, path);
    for (const id of [1, 6, 8]) {
      const record = maker.record(id);
      for (const names of pathsOf(record).slice(1)) {
        compared += 1;
        const alone = JSON.stringify(maker.value(id, names));
        if (alone !== JSON.stringify(memberAt(record, names))) wrong.push(`${path} ${id} ${names.join('/')}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(100_000);
});
