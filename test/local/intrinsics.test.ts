import { describe, expect, test } from 'vitest';
import { resolve } from '../../local/intrinsics.ts';

const references = {
  ref: (logicalId: string) => (logicalId === 'Queue' ? 'http://queue' : undefined),
  attribute: (logicalId: string, name: string) =>
    logicalId === 'Queue' && name === 'Arn' ? 'arn:queue' : undefined,
};
const resolved = (value: unknown) => resolve(value, references, 'Function.Environment');

/** A variable in the text of Fn::Sub. */
const $ = (name: string) => `\${${name}}`;

describe('intrinsics', () => {
  test.each([
    [{ Ref: 'Queue' }, 'http://queue'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
    [
      { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, { Ref: 'AWS::AccountId' }]] },
      'arn:aws:000000000000',
    ],
    [
      { 'Fn::Sub': `a ${$('Queue')} ${$('Queue.Arn')} ${$('AWS::URLSuffix')} ${$('!Kept')}` },
      `a http://queue arn:queue amazonaws.com ${$('Kept')}`,
    ],
    [
      { 'Fn::Sub': [`${$('own')}-${$('Queue.Arn')}`, { own: { Ref: 'AWS::Region' } }] },
      'us-east-1-arn:queue',
    ],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ deep: [{ Ref: 'Queue' }, 1, null, true] }, { deep: ['http://queue', 1, null, true] }],
  ])('%j is resolved', (value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test.each([
    [
      { 'Fn::If': ['Condition', 1, 2] },
      'Function.Environment uses Fn::If, which the local stack does not know.',
    ],
    [{ 'Fn::ImportValue': 'other' }, 'Function.Environment uses Fn::ImportValue'],
    [
      { Ref: 'Elsewhere' },
      'Function.Environment refers to Elsewhere, which the local stack does not emulate.',
    ],
    [{ 'Fn::GetAtt': ['Queue', 'Unknown'] }, 'Function.Environment needs the attribute Unknown of Queue'],
    [
      { 'Fn::Select': [7, ['a']] },
      'Function.Environment needs a text where it has a value of type undefined.',
    ],
    [{ 'Fn::Sub': $('Elsewhere.Arn') }, 'Function.Environment needs the attribute Arn of Elsewhere'],
  ])('%j is refused with its place', (value, message) => {
    expect(() => resolved(value)).toThrow(message);
  });
});
