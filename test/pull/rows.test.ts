import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonLine, scanRows } from '../../lib/pull/row-scan.ts';
import { readRows, rowsOf } from '../../lib/pull/rows.ts';

const bytesOf = (text: string) => Buffer.from(text);
const linesOf = (text: string) => Buffer.from(readRows({ bytes: bytesOf(text) })?.lines() ?? []).toString();

const row = fc
  .tuple(fc.nat(), fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }))
  .map(([id, members]): object => ({ ...members, id }));
const page = fc.array(row, { maxLength: 5 });

/** JSON with what breaks JSON put into it, or taken out of it. */
const nearlyJson = fc
  .tuple(
    page.map((rows) => JSON.stringify(rows)),
    fc.nat(),
    fc.constantFrom(
      '',
      ',',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ':',
      '0',
      '-',
      '.',
      'e',
      '\n',
      ' ',
      '\u0001',
      'nul',
      '\\u00',
      '"id":7,',
    ),
    fc.nat({ max: 3 }),
  )
  .map(([text, at, put, taken]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + put + text.slice(place + taken);
  });

describe('a scan', () => {
  test('finds the rows and ids that JSON.parse finds', () => {
    fc.assert(
      fc.property(page, (rows) => {
        const text = JSON.stringify(rows);
        const bytes = bytesOf(text);
        const { ends = [], ids } = scanRows(bytes) ?? {};
        const isEscaped = rows.some((it) =>
          Object.keys(it).some((key) => JSON.stringify(key).includes('\\')),
        );
        expect(ids).toEqual(isEscaped ? undefined : rowsOf(rows).ids);
        if (isEscaped) return;
        const found = ends.map((end, place) =>
          JSON.parse(bytes.subarray((ends[place - 1] ?? 0) + 1, end).toString()),
        );
        expect(found).toEqual(JSON.parse(text));
      }),
    );
  });

  test('takes nothing that JSON.parse would refuse, nor reads another id out of it', () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        const scan = scanRows(bytesOf(text));
        if (scan) expect(scan.ids).toEqual(rowsOf(JSON.parse(text)).ids);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['an id that is no whole number', '[{"id":1.5}]'],
    ['an id that is too long to be exact', '[{"id":9007199254740993}]'],
    ['a row without an id', '[{"id":1},{"name":"x"}]'],
    ['a row of several lines', '[{"id":1,\n"name":"x"}]'],
    ['a name that is spelt by escapes', String.raw`[{"id":1,"\u0069d":2}]`],
    ['rows that are no objects', '[1]'],
    ['more than a list', '[{"id":1}] 1'],
    ['a list that breaks off', '[{"id":1}'],
    ['depths without end', `[{"id":1,"a":${'['.repeat(500)}${']'.repeat(500)}}]`],
  ])('leaves %s to JSON.parse', (_, text) => {
    expect(scanRows(bytesOf(text))).toBeUndefined();
  });
});

describe('a line of JSON', () => {
  test('is whatever JSON.stringify prints', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isJsonLine(bytesOf(JSON.stringify(value)))));
  });

  test('is nothing that JSON.parse would refuse', () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        if (isJsonLine(bytesOf(text))) JSON.parse(text);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['several lines', '{"id":1,\n"name":"x"}'],
    ['more than a value', '{"id":1} 1'],
    ['nothing', ' '],
    ['depths without end', `${'['.repeat(500)}${']'.repeat(500)}`],
  ])('is not %s', (_, text) => {
    expect(isJsonLine(bytesOf(text))).toBe(false);
  });
});

describe('rows', () => {
  test('are the same, scanned or parsed', () => {
    fc.assert(
      fc.property(page, (rows) => {
        const text = JSON.stringify(rows);
        const read = readRows({ bytes: bytesOf(text) });
        expect(read?.parsed()).toEqual(JSON.parse(text));
        expect({ count: read?.count, ids: read?.ids }).toEqual({ count: rows.length, ids: rowsOf(rows).ids });
        expect(linesOf(text)).toBe(rows.map((it) => `${JSON.stringify(it)}\n`).join(''));
      }),
    );
  });

  test('that stand on several lines are put on one each', () => {
    expect(linesOf(JSON.stringify([{ id: 1, name: 'x' }, { id: 2 }], null, 2))).toBe(
      '{"id":1,"name":"x"}\n{"id":2}\n',
    );
  });

  test('pass through as ConnectWise wrote them', () => {
    expect(linesOf('[ {"id":1,"hours":1.50} , {"id":2} ]')).toBe('{"id":1,"hours":1.50}\n{"id":2}\n');
  });

  test('are a line each, however far from each other they stand', () => {
    const blank = fc.constantFrom('', ' ', '\n  ', ' \r\n\t ');
    fc.assert(
      fc.property(page, fc.infiniteStream(blank), (rows, blanks) => {
        const next = () => blanks.next().value;
        const body = rows.map((it) => `${next()}${JSON.stringify(it)}${next()}`).join(',');
        const lines = rows.map((it) => `${JSON.stringify(it)}\n`).join('');
        expect(linesOf(`${next()}[${body}${next()}]${next()}`)).toBe(lines);
      }),
    );
  });

  test('that are not UTF-8 become what text they can', () => {
    const text = Buffer.concat([bytesOf('[{"id":1,"name":"'), Buffer.from([0xff]), bytesOf('"}]')]);
    expect(readRows({ bytes: text })?.parsed()).toEqual([{ id: 1, name: '\ufffd' }]);
  });

  test('are none where the body is no list', () => {
    for (const text of ['', '{}', 'null', '<html>', '[{"id":1}'])
      expect(readRows({ bytes: bytesOf(text) })).toBeUndefined();
  });
});
