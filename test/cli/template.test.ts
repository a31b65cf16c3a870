import { describe, expect, test } from 'vitest';
import { columnsIn, fill } from '../../cli/sending/template.ts';

describe('a template', () => {
  test.each([
    ['a text', '{{a}}', { a: '007' }, '007'],
    ['a text with more around it', 'no. {{a}} of {{b}}', { a: '1', b: 2 }, 'no. 1 of 2'],
    ['a number', '{{a:number}}', { a: ' 42.5 ' }, 42.5],
    ['a boolean', '{{ a : boolean }}', { a: 'yes' }, true],
    ['JSON', '{{a:json}}', { a: '{"id":1}' }, { id: 1 }],
    ['a value of JSON lines as it is', '{{a}}', { a: { id: 1 } }, { id: 1 }],
    ['an empty cell', '{{a}}', { a: '' }, ''],
    ['a column whose name has spaces', '{{First name}}', { 'First name': 'Ada' }, 'Ada'],
    ['what is no placeholder', '{a} {{}}', { a: 1 }, '{a} {{}}'],
  ])('gives %s', (_, template, values, filled) => {
    expect(fill({ member: [template] }, values)).toEqual({ member: [filled] });
  });

  test('leaves out what is optional and empty: members and items', () => {
    const template = { a: '{{a?}}', n: '{{a?:number}}', list: ['{{a?}}', '{{b?}}'] };
    expect(fill(template, { a: '', b: 'x' })).toEqual({ list: ['x'] });
  });

  test('fills values only once, so that a cell cannot bring in a placeholder', () => {
    expect(fill({ x: '{{a}} {{b}}' }, { a: '{{b}}', b: 'secret' })).toEqual({ x: '{{b}} secret' });
  });

  test.each([
    ['{{a:number}}', 'abc', "column 'a' is no number."],
    ['{{a:number}}', '', 'Write {{a?:number}} to leave it out'],
    ['{{a:boolean}}', 'maybe', "column 'a' is neither true nor false."],
    ['{{a:json}}', '{', "column 'a' is not JSON."],
  ])('refuses %s of %s in a sentence', (template, a, sentence) => {
    expect(() => fill([template], { a })).toThrow(sentence);
  });

  test('names its columns', () => {
    expect(columnsIn({ a: '{{x}} {{y:number}}', b: ['{{z?}}', '{{x}}'] })).toEqual(new Set(['x', 'y', 'z']));
  });
});
