import { describe, expect, test } from 'vitest';
import { succeededIds } from '../../local/batch-response.ts';

const ids = ['a', 'b', 'c'];
const doneAfter = (value: unknown, reports = true) =>
  succeededIds({ succeeded: true, text: JSON.stringify(value) }, ids, reports);
const failing = (...failures: unknown[]) => ({ batchItemFailures: failures });

describe('batch response', () => {
  test.each([[null], [{}], [{ batchItemFailures: null }], [failing()]])('%j is success', (value) => {
    expect(doneAfter(value)).toEqual(ids);
  });

  test('what is named has failed, and nothing else', () => {
    expect(doneAfter(failing({ itemIdentifier: 'b' }))).toEqual(['a', 'c']);
  });

  test.each([
    ['an unknown id', failing({ itemIdentifier: 'a' }, { itemIdentifier: 'z' })],
    ['an empty id', failing({ itemIdentifier: '' })],
    ['no id', failing({ itemIdentifier: null })],
    ['another name', failing({ id: 'a' })],
    ['a text', 'done'],
    ['no list', { batchItemFailures: 'a' }],
  ])('%s fails the whole batch', (_, value) => {
    expect(doneAfter(value)).toEqual([]);
  });

  test('a throw fails the whole batch', () => {
    const error = { errorType: 'Error', errorMessage: 'x', trace: [] };
    expect(succeededIds({ succeeded: false, error }, ids, true)).toEqual([]);
  });

  test('without reports the answer does not matter', () => {
    expect(doneAfter(failing({ itemIdentifier: 'b' }), false)).toEqual(ids);
    expect(doneAfter('done', false)).toEqual(ids);
  });
});
