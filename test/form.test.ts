import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readForm } from '../lib/form.ts';

const file = { fileName: 'a.txt', contentType: 'text/plain', base64: 'aGk=' };

const fileOf = (value: unknown) => {
  const form = readForm({ file: value });
  const [part] = 'parts' in form ? form.parts : [];
  return part && 'bytes' in part ? part : undefined;
};

const problemOf = (request: unknown) => {
  const form = readForm(request);
  return 'problem' in form ? form.problem : 'none';
};

describe('a form', () => {
  test('carries a file as bytes and everything else as text', () => {
    const request = { recordType: 'Ticket', recordId: 42, privateFlag: false, title: 'Über', file };
    expect(readForm(request)).toEqual({
      kind: 'form',
      parts: [
        { name: 'recordType', value: 'Ticket' },
        { name: 'recordId', value: '42' },
        { name: 'privateFlag', value: 'false' },
        { name: 'title', value: 'Über' },
        { name: 'file', fileName: 'a.txt', contentType: 'text/plain', bytes: new Uint8Array([104, 105]) },
      ],
    });
  });

  test('leaves out members that are null', () => {
    expect(readForm({ title: null, url: 'x' })).toEqual({
      kind: 'form',
      parts: [{ name: 'url', value: 'x' }],
    });
  });

  test('takes a file without a content type as octets', () => {
    expect(fileOf({ fileName: 'a', base64: '' })).toMatchObject({ contentType: 'application/octet-stream' });
  });

  test('takes base64 in lines, as MIME breaks it', () => {
    expect(fileOf({ ...file, base64: 'aG\r\nk=\r\n' })?.bytes).toEqual(new Uint8Array([104, 105]));
  });

  test('gives back the bytes that were encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const base64 = Buffer.from(bytes).toString('base64');
        expect(fileOf({ ...file, base64 })?.bytes).toEqual(new Uint8Array(bytes));
      }),
    );
  });
});

describe('a form is refused', () => {
  test.each([[[]], ['text'], [42]])('where the request is %j', (request) => {
    expect(problemOf(request)).toBe("'request' must be an object: its members are the fields of the form.");
  });

  test.each([{ title: ['a'] }, { title: { text: 'a' } }])('where a field is not text: %j', (request) => {
    expect(problemOf(request)).toContain("'request.title' must be a string, a number or a boolean");
  });

  test.each([
    ['text', 'It must be an object.'],
    [{ ...file, fileName: undefined }, "'fileName' is missing."],
    [{ ...file, fileName: '' }, "'fileName' must not be empty."],
    [{ ...file, fileName: 'x'.repeat(256) }, "'fileName' must not be longer than 255 characters."],
    [{ ...file, base64: undefined }, "'base64' is missing."],
    [{ ...file, contentType: 'text' }, "'contentType' must be a media type such as text/plain."],
    [
      { ...file, contentType: 'text/plain\r\nx: y' },
      "'contentType' must be a media type such as text/plain.",
    ],
    [{ ...file, filename: 'b' }, "There is no field 'filename' (did you mean 'fileName'?)."],
  ])('where the file is %j', (value, sentence) => {
    expect(problemOf({ file: value })).toBe(
      `'request.file' must be { fileName, contentType, base64 }. ${sentence}`,
    );
  });

  test.each(['not base64!', 'aGk', 'a===', '=aGk', 'aG=k', 'aGk=aGk=', 'aGk-', 'data:;base64,aGk='])(
    'where base64 is %j',
    (base64) => {
      expect(problemOf({ file: { ...file, base64 } })).toContain("'base64' must be base64.");
    },
  );

  test('at once, however long the blanks in its base64', () => {
    const startedAtMs = performance.now();
    expect(problemOf({ file: { ...file, base64: `${' '.repeat(1_000_000)}!` } })).toContain('must be base64');
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});
