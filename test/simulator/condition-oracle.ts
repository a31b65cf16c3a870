import fc from 'fast-check';

/** A record as a list answers it. */
export type Row = Readonly<Record<string, unknown>>;

/** A condition as text, and what it means, written without a look at the simulator's evaluator. */
export interface Question {
  readonly text: string;
  readonly holds: (row: Row) => boolean;
}

const member = (value: unknown, name: string): unknown => Object(value)[name];

/** Where the value of a name stands in a row. */
const places: Readonly<Record<string, (row: Row) => unknown>> = {
  id: (row) => row['id'],
  'Board/ID': (row) => member(row['board'], 'id'),
  budgetHours: (row) => row['budgetHours'],
  summary: (row) => row['summary'],
  'company/name': (row) => member(row['company'], 'name'),
  closedFlag: (row) => row['closedFlag'],
  lastUpdated: (row) => member(row['_info'], 'lastUpdated'),
  requiredDate: (row) => row['requiredDate'],
};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.toLowerCase() : undefined;

type Sign = '=' | '!=' | '<' | '<=' | '>' | '>=';
const signs: readonly Sign[] = ['=', '!=', '<', '<=', '>', '>='];

function signHolds(sign: Sign, left: string | number, right: string | number): boolean {
  if (left === right) return sign === '=' || sign === '<=' || sign === '>=';
  return sign === '!=' || sign.startsWith(left < right ? '<' : '>');
}

const place = (name: string) => places[name] ?? (() => undefined);

/** Comparisons of one member with literals of its own kind. */
function compared(
  name: string,
  literals: fc.Arbitrary<string | number>,
  print: (value: string | number) => string,
) {
  const read = place(name);
  return fc.tuple(fc.constantFrom(...signs), literals).map(
    ([sign, wanted]): Question => ({
      text: `${name} ${sign} ${print(wanted)}`,
      holds: (row) => {
        const value = typeof wanted === 'number' ? read(row) : text(read(row));
        const right = typeof wanted === 'number' ? wanted : wanted.toLowerCase();
        return (typeof value === 'number' || typeof value === 'string') && signHolds(sign, value, right);
      },
    }),
  );
}

const lists = (name: string) =>
  fc.tuple(fc.boolean(), fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 1, maxLength: 8 })).map(
    ([negated, ids]): Question => ({
      text: `${name} ${negated ? 'NOT in' : 'In'} (${ids.join(', ')})`,
      holds: (row) => {
        const value = place(name)(row);
        return typeof value === 'number' && ids.includes(value) !== negated;
      },
    }),
  );

/** `%` as `.*`: slow and plain, as an oracle may be. */
const likes = (name: string) =>
  fc.tuple(fc.boolean(), fc.stringMatching(/^[%a-eR ]{1,4}$/)).map(([negated, pattern]): Question => {
    const expected = new RegExp(`^${pattern.replaceAll('%', '.*')}$`, 'is');
    return {
      text: `${name} ${negated ? 'not ' : ''}like '${pattern}'`,
      holds: (row) => {
        const value = text(place(name)(row));
        return value !== undefined && expected.test(value) !== negated;
      },
    };
  });

const nulls = fc.tuple(fc.constantFrom(...Object.keys(places)), fc.boolean()).map(
  ([name, isNull]): Question => ({
    text: `${name} ${isNull ? '=' : '!='} NULL`,
    holds: (row) => (place(name)(row) === undefined) === isNull,
  }),
);

const flags = fc.boolean().map(
  (wanted): Question => ({
    text: `closedFlag = ${wanted}`,
    holds: (row) => row['closedFlag'] === wanted,
  }),
);

const dates = fc
  .date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2026-08-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().replace(/\.\d+/, ''));

const words = fc.constantFrom('Password reset', 'printer', 'M', 'Tidewater Insurance 2', '');
const quoted = (value: string | number): string => `"${value}"`;

const leaf = fc.oneof(
  compared('id', fc.integer({ min: -1, max: 62 }), String),
  compared('Board/ID', fc.integer({ min: 0, max: 62 }), String),
  compared('budgetHours', fc.integer({ min: 0, max: 1000 }), String),
  compared('summary', words, quoted),
  compared('company/name', words, quoted),
  compared('lastUpdated', dates, (value) => `[${value}]`),
  compared('requiredDate', dates, (value) => `[${value}]`),
  lists('Board/ID'),
  likes('summary'),
  nulls,
  flags,
);

const { tree } = fc.letrec<{ tree: Question }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie('tree'), fc.boolean(), tie('tree')).map(
      ([left, isAnd, right]): Question => ({
        text: `(${left.text}) ${isAnd ? 'and' : 'OR'} (${right.text})`,
        holds: (row) => (isAnd ? left.holds(row) && right.holds(row) : left.holds(row) || right.holds(row)),
      }),
    ),
  ),
}));

/** Any condition on the hand-made tickets. */
export const questions: fc.Arbitrary<Question> = tree;

/** Numbers of their own for missing values, and false before true. */
function ranked(left: unknown, right: unknown): number {
  const [one, two] = [left, right].map((value) =>
    value === undefined ? -1 : typeof value === 'boolean' ? Number(value) : value,
  );
  const [before, after] = [text(one), text(two)];
  if (before !== undefined && after !== undefined) return before === after ? 0 : before < after ? -1 : 1;
  if (before !== undefined) return 1;
  return after === undefined ? Number(one) - Number(two) : -1;
}

/** An order: the text of `orderBy`, and the rows sorted so; missing values first, equal ones by id. */
export const orders = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(places)), fc.constantFrom('', ' asc', ' DESC')), {
    maxLength: 3,
  })
  .map((keys) => ({
    text: keys.map(([name, direction]) => name + direction).join(', '),
    compare: (left: Row, right: Row): number => {
      for (const [name, direction] of keys) {
        const difference = ranked(place(name)(left), place(name)(right));
        if (difference !== 0) return direction === ' DESC' ? -difference : difference;
      }
      return Number(left['id']) - Number(right['id']);
    },
  }));
