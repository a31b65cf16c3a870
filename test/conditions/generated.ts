import fc from 'fast-check';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';

/** Names of members, as deep as three, through references and lists alike. */
export function namesIn(schema: Schema, catalogue: Catalogue, depth = 3): readonly string[] {
  const target = schema.$ref === undefined ? schema : (catalogue.schema(schema.$ref) ?? {});
  const shape = target.type === 'array' ? (target.items ?? {}) : target;
  const { properties = {} } = shape.$ref === undefined ? shape : (catalogue.schema(shape.$ref) ?? {});
  return Object.entries(properties).flatMap(([name, member]) => [
    name,
    ...(depth > 1 ? namesIn(member, catalogue, depth - 1).map((inner) => `${name}/${inner}`) : []),
  ]);
}

const letters = fc.constantFrom('x', 'A', ' ', '%', '*', '_', '[', '(', 'Low', 'or ', '=', '1', 'é');
const word = fc.array(letters, { maxLength: 4 }).map((all) => all.join(''));

const literal = fc.oneof(
  word.map((text) => `"${text}"`),
  word.map((text) => `'${text}'`),
  fc.integer({ min: -5, max: 50 }).map(String),
  fc.constantFrom('1.5', 'true', 'False', 'NULL', '[2026-01-31]', '[2026-01-31T15:00:00Z]'),
  fc.constantFrom('[2026-01-31T15:00:00+02:00]', '[1/31/2026]', '[yesterday]', '"Low"', '"Email"'),
);

const strange = fc.constantFrom(
  'bogus',
  'lastUpdated',
  'DateEntered',
  'updatedBy',
  'company/bogus',
  'configuration/id',
  'id/id',
  '_info/lastUpdated',
  '_info/x',
);

/** A test as text: of members that there are, or nearly, with values that fit now and then. */
function testOf(names: readonly string[]): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((it) => it.toUpperCase()) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((it) => it.slice(1)) },
    { weight: 2, arbitrary: strange },
  );
  const not = fc.constantFrom('', 'not ');
  return fc.oneof(
    fc
      .tuple(name, fc.constantFrom('=', '!=', '<', '<=', '>', '>='), literal)
      .map(([it, sign, value]) => `${it} ${sign} ${value}`),
    fc
      .tuple(name, not, fc.constantFrom('like', 'Contains'), literal)
      .map(([it, negation, verb, value]) => `${it} ${negation}${verb} ${value}`),
    fc
      .tuple(name, not, fc.array(literal, { minLength: 1, maxLength: 4 }))
      .map(([it, negation, values]) => `${it} ${negation}in (${values.join(', ')})`),
  );
}

/** A condition as text: every one can be read. */
export function conditionTexts(names: readonly string[]): fc.Arbitrary<string> {
  return fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 2 },
      testOf(names),
      fc
        .tuple(tie('tree'), fc.constantFrom('and', 'OR'), tie('tree'), fc.boolean())
        .map(([left, joint, right, isApart]) =>
          isApart ? `(${left}) ${joint} (${right})` : `${left} ${joint} ${right}`,
        ),
    ),
  })).tree;
}

const crumbs = [
  '(',
  ')',
  '"',
  "'",
  '[',
  ']',
  ',',
  '=',
  '&&',
  ' ',
  'not',
  'in',
  '1',
  '/',
  '.',
  '\\',
  'é',
  '\n',
];

/** The same with mistakes: pieces put in, taken out and put elsewhere. */
export const mistaken = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      texts,
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...crumbs)), { minLength: 1, maxLength: 3 }),
    )
    .map(([text, edits]) =>
      edits.reduce((it, [at, cut, piece]) => {
        const place = at % (it.length + 1);
        return it.slice(0, place) + (cut > 1 ? '' : piece) + it.slice(place + cut);
      }, text),
    );
