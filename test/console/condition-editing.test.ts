import { describe, expect, test } from 'vitest';
import { conditionMarks } from '../../console/editing/condition-marks.ts';
import { suggestForCondition } from '../../console/editing/condition-suggestions.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';

const schemas: Readonly<Record<string, Schema>> = {
  Ticket: {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      summary: { type: 'string' },
      closedFlag: { type: 'boolean' },
      severity: { type: 'string', enum: ['Low', 'High'] },
      company: { $ref: 'CompanyReference' },
    },
  },
  CompanyReference: {
    type: 'object',
    properties: { id: { type: 'integer' }, identifier: { type: 'string' } },
  },
};
const asked = { record: { $ref: 'Ticket' }, schemaOf: (name: string) => schemas[name] };
const offered = (text: string) => {
  const { from, options } = suggestForCondition(text, text.length, asked);
  return { replaced: text.slice(from), labels: options.map(({ label }) => label) };
};

describe('a conditions editor offers', () => {
  test('the names of the record where a test begins', () => {
    for (const text of ['', '(', 'id = 1 and ', 'id in (1, 2) or (']) {
      expect(offered(text).labels, text).toEqual(
        expect.arrayContaining(['id', 'summary', 'company', 'lastUpdated']),
      );
    }
  });

  test('the members of a reference behind its slash, replacing what was begun of them', () => {
    expect(offered('id = 1 and company/ident')).toEqual({ replaced: 'ident', labels: ['id', 'identifier'] });
  });

  test('operators behind a name, and only those that its type can take', () => {
    expect(offered('summary ').labels).toEqual(expect.arrayContaining(['=', 'contains', 'in', 'not']));
    expect(offered('closedFlag ').labels).toEqual(['=', '!=']);
    expect(offered('summary not ').labels).toEqual(['in', 'contains', 'like']);
  });

  test('the values that the document knows', () => {
    expect(offered('closedFlag = ').labels).toEqual(['true', 'false']);
    expect(offered('severity in ("Low", ').labels).toEqual(['"Low"', '"High"', 'null']);
  });

  test('and and or behind a whole test', () => {
    expect(offered('id = 1 ').labels).toEqual(['and', 'or']);
    expect(offered('id in (1, 2) ').labels).toEqual(['and', 'or']);
  });
});

describe('a conditions editor marks', () => {
  const marked = (text: string) =>
    conditionMarks(text, 'conditions', asked).map(({ from, to, severity }) => [
      text.slice(from, to),
      severity,
    ]);

  test('an unknown name where it stands', () => {
    expect(marked('id = 1 and summry = "x"')).toEqual([['summry', 'warning']]);
  });

  test('a value of the wrong type, and what cannot be read', () => {
    expect(marked('closedFlag = "x"')).toEqual([['"x"', 'error']]);
    expect(marked('id == 1')).toEqual([['==', 'error']]);
  });

  test('the end of a text that breaks off', () => {
    expect(marked('id =')).toEqual([['=', 'error']]);
  });

  test('nothing in a good filter, or an empty one', () => {
    expect(marked('company/identifier = "acme" and closedFlag = false')).toEqual([]);
    expect(marked(' ')).toEqual([]);
  });
});
