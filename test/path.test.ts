import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillPath } from '../lib/path.ts';

const base = 'https://api-na.myconnectwise.net/v2026_1/apis/3.0';
const template = '/system/members/{memberIdentifier}/deactivate';
const fill = (value: string) => fillPath(template, new Map([['memberIdentifier', value]]));

/** What a template without care makes of a value. */
const naive = (value: string) => template.replace('{memberIdentifier}', value);

describe('the attack that it is there for', () => {
  test('dots climb out of a naive template', () => {
    const url = new URL(base + naive('../../company/companies/1/merge?x='));
    expect(url.pathname).toBe('/v2026_1/apis/3.0/company/companies/1/merge');
  });

  test('dots climb out although the value is encoded', () => {
    const url = new URL(base + naive(encodeURIComponent('..')));
    expect(url.pathname).toBe('/v2026_1/apis/3.0/system/deactivate');
  });

  test('an encoded slash hides from the parser, not from IIS', () => {
    const { pathname } = new URL(base + naive(encodeURIComponent('../../company/companies/1')));
    expect(pathname).toContain('..%2F..%2Fcompany%2Fcompanies%2F1');
    expect(new URL(base + decodeURIComponent(pathname)).pathname).toContain('/company/companies/1');
  });
});

describe('fillPath', () => {
  test.each([
    ['two dots', '..'],
    ['one dot', '.'],
    ['encoded dots', '%2e%2E'],
    ['dots encoded twice', '%252e%252e'],
    ['dots between blanks', ' .. '],
    ['a slash', 'a/b'],
    ['a backslash', 'a\\b'],
    ['an encoded slash', 'a%2fb'],
    ['a slash encoded twice', 'a%252Fb'],
    ['a slash before a stray percent sign', '..%2f..%2fcompany%'],
    ['nothing', ''],
    ['blanks', '  '],
    ['a line break', 'a\r\nHost: evil'],
    ['an encoded line break', 'a%0d%0ab'],
    ['a null byte', 'a\0'],
    ['half a surrogate pair', '\ud800'],
  ])('refuses %s', (_, value) => {
    expect(fill(value)).toEqual({ offender: 'memberIdentifier' });
  });

  test.each([
    ['jdoe', 'jdoe'],
    ['j.doe', 'j.doe'],
    ['...', '...'],
    ['jdoe@example.com', 'jdoe%40example.com'],
    ['a b', 'a%20b'],
    ['a?b#c&d=e', 'a%3Fb%23c%26d%3De'],
    ['100%', '100%25'],
    ['Müller', 'M%C3%BCller'],
    ['-1', '-1'],
  ])('keeps %s as one segment', (value, segment) => {
    expect(fill(value)).toEqual({ path: `/system/members/${segment}/deactivate` });
  });

  test('names the first of several offenders', () => {
    const values = new Map([
      ['parentId', '1'],
      ['id', '..'],
    ]);
    expect(fillPath('/a/{parentId}/b/{id}', values)).toEqual({ offender: 'id' });
  });

  test('refuses a value that is missing', () => {
    expect(fillPath('/a/{id}', new Map())).toEqual({ offender: 'id' });
  });

  test('keeps literal text that is glued to a value', () => {
    const path = fillPath('/finance/agreements/types{id}/copy', new Map([['id', '5']]));
    expect(path).toEqual({ path: '/finance/agreements/types5/copy' });
  });

  test('fills no braces that a value brings in', () => {
    const values = new Map([
      ['a', '{b}'],
      ['b', 'x'],
    ]);
    expect(fillPath('/{a}/{b}', values)).toEqual({ path: '/%7Bb%7D/x' });
  });
});

/** Values rich in what means something in a URL. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom('.', '..', '/', '\\', '%', '%2e', '%2f', '%5c', '%25', ';', '?', '#', '\0', ' '),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''));

test('whatever the value, the path keeps its segments or is refused', () => {
  const literal = new URL(base + naive('x')).pathname.split('/');
  let kept = 0;
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), (value) => {
      const filled = fill(value);
      if ('offender' in filled) return;
      kept += 1;
      const segments = new URL(base + filled.path).pathname.split('/');
      expect(segments.map((segment, index) => (literal[index] === 'x' ? 'x' : segment))).toEqual(literal);
      expect(decodeURIComponent(segments[literal.indexOf('x')] ?? '')).toBe(value);
    }),
    { numRuns: 2_000 },
  );
  expect(kept).toBeGreaterThan(100);
});

test('whatever is kept holds no slash however often it is decoded', () => {
  const lenient = (text: string) =>
    text.replaceAll(/%2f/gi, '/').replaceAll(/%5c/gi, '\\').replaceAll(/%25/g, '%');
  fc.assert(
    fc.property(nasty, (value) => {
      const filled = fill(value);
      if ('offender' in filled) return;
      expect(lenient(lenient(lenient(filled.path))).split(/[/\\]/)).toHaveLength(template.split('/').length);
    }),
    { numRuns: 2_000 },
  );
});
