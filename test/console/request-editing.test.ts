import { describe, expect, test } from 'vitest';
import { requestMarks } from '../../console/editing/request-marks.ts';
import { suggestForRequest } from '../../console/editing/request-suggestions.ts';
import type { Finding } from '../../lib/preflight/finding.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

const catalogue = defaultCatalogue();
const requested = (operationId: string) => {
  const operation = catalogue.find(operationId);
  if (!operation) throw new Error(`${operationId} is missing`);
  return { operation, schemaOf: catalogue.schema };
};
/** `|` is the cursor. */
const offered = (operationId: string, text: string) => {
  const position = text.indexOf('|');
  const { options } = suggestForRequest(text.replace('|', ''), position, requested(operationId));
  return options.map(({ label }) => label);
};

describe('a request editor offers', () => {
  test('members that the request has not yet, the required ones first', () => {
    const [first, ...others] = offered('postServiceTickets', '{ "board": 1, | }');
    expect(first).toBe('"summary"');
    expect(others).toContain('"company"');
    expect(others).not.toContain('"board"');
  });

  test('the members of an inner object', () => {
    const labels = offered('postServiceTickets', '{ "company": { "|" } }');
    expect(labels).toEqual(expect.arrayContaining(['"id"', '"identifier"', '"name"']));
    expect(labels).not.toContain('"board"');
  });

  test('values of a choice and of a flag', () => {
    expect(offered('postServiceTickets', '{ "closedFlag": t| }')).toEqual(['true', 'false']);
    expect(offered('postServiceTickets', '{ "severity": "|" }')).toEqual(
      expect.arrayContaining(['"Low"', '"High"']),
    );
  });

  test('ops and paths of a patch', () => {
    const patch = 'patchServiceTicketsById';
    expect(offered(patch, '[{ "op": "|" }]')).toEqual(['"replace"', '"add"', '"remove"']);
    expect(offered(patch, '[{ "op": "replace", "path": "|" }]')).toContain('"summary"');
    expect(offered(patch, '[{ | }]')).toEqual(expect.arrayContaining(['"op"', '"path"', '"value"']));
  });
});

describe('a request editor marks', () => {
  const finding = (path: string): Finding => {
    return { severity: 'error', path, reason: 'wrong_type', message: 'Wrong.', mend: 'Mend it.' };
  };
  const marked = (text: string, ...paths: string[]) =>
    requestMarks(text, paths.map(finding)).map(({ from, to }) => text.slice(from, to));

  test('the value that a finding names, however deep', () => {
    expect(marked('{ "a": [{ "b": 1 }, { "b": "two" }] }', 'request.a[1].b')).toEqual(['"two"']);
  });

  test('the object in which a member is missing, by its brace', () => {
    expect(marked('{ "company": { } }', 'request.company.id', 'request.summary')).toEqual(['{', '{']);
  });

  test('where the text stops being JSON, and nothing else until it is', () => {
    const text = '{ "a": 1 "b": 2 }';
    const [mark, ...others] = requestMarks(text, [finding('request.a')]);
    expect(others).toEqual([]);
    expect(mark?.message).toContain('not JSON');
  });
});
