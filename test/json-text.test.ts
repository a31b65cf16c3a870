import { describe, expect, test } from 'vitest';
import { JsonText } from '../lib/json-text.ts';

describe('a JSON whose bytes were given back', () => {
  test('is not read once more', () => {
    const text = new JsonText(Buffer.from('[1]'));
    expect(text.toJSON()).toEqual([1]);
    text.release();
    const message = /given back and are read once more/;
    expect(() => text.bytes).toThrow(message);
    expect(() => text.text()).toThrow(message);
    expect(() => JSON.stringify({ response: text })).toThrow(message);
  });

  test('gives them back once', () => {
    let times = 0;
    const text = new JsonText(Buffer.from('[1]'), () => {
      times += 1;
    });
    text.release();
    text.release();
    expect(times).toBe(1);
  });
});
