import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copiesOf } from '../../console/copies.ts';
import { type Draft, draftOfInvocation, invocationOf, noOptions } from '../../console/draft.ts';
import { withEntry } from '../../console/history.ts';
import { columnsOf, rowsOf } from '../../console/response/table-columns.ts';
import { readIndex, writeIndex } from '../../lib/catalogue/operation-index.ts';
import { searchOperations } from '../../lib/catalogue/search.ts';
import type { Invocation } from '../../lib/invocation.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

const sample = {
  operationId: 'getServiceTickets',
  inputs: [
    { name: 'conditions', in: 'query', type: 'string', description: '', required: false },
    { name: 'page', in: 'query', type: 'integer', description: '', required: false },
  ] as const,
};
const draft = (part: Partial<Draft>): Draft => ({ inputs: {}, request: '', options: noOptions, ...part });
const made = (part: Partial<Draft>) =>
  invocationOf({ ...sample, inputs: [...sample.inputs] }, 'acme', draft(part));

describe('a draft', () => {
  test('gives values the type of their input, and leaves empty ones out', () => {
    expect(made({ inputs: { conditions: '7', page: '2', pageSize: ' ' } })).toEqual({
      invocation: {
        version: 1,
        connection: 'acme',
        operationId: 'getServiceTickets',
        inputs: { conditions: '7', page: 2 },
      },
    });
  });

  test('leaves a value of the wrong type for preflight to tell', () => {
    expect(made({ inputs: { page: 'two' } })).toMatchObject({ invocation: { inputs: { page: 'two' } } });
  });

  test('is no invocation while its request is not JSON', () => {
    expect(made({ request: '{ "a": ' })).toEqual({ problem: expect.stringContaining('not JSON') });
  });

  test('gives the same invocation again when it is opened from the history', () => {
    const invocation: Invocation = {
      version: 1,
      connection: 'acme',
      operationId: 'getServiceTickets',
      inputs: { conditions: 'id = 1', page: 3, return: 'binary' },
      request: { a: [1, null] },
      pages: 'all',
      preflight: 'strict',
      resolve: true,
    };
    expect(made(draftOfInvocation(invocation))).toEqual({ invocation });
  });
});

describe('copies', () => {
  const places = {
    apiUrl: 'http://127.0.0.1:1',
    queueUrl: 'http://127.0.0.1:2/q',
    environment: { AWS_REGION: 'us-east-1' },
  };

  test('a shell reads the very invocation out of the curl and the AWS line, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const summary = text.replaceAll('\0', '');
        const invocation: Invocation = {
          version: 1,
          connection: 'acme',
          operationId: 'a',
          request: { summary },
        };
        const shells = copiesOf(invocation, places).filter(({ name }) => ['curl', 'AWS CLI'].includes(name));
        expect(shells).toHaveLength(2);
        for (const copy of shells) {
          const body = execFileSync('sh', [
            '-c',
            `curl() { for last; do :; done; printf %s "$last"; }; aws() { curl "$@"; }; ${copy.text}`,
          ]);
          expect(JSON.parse(body.toString())).toEqual(invocation);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('the index of operations', () => {
  test('finds in the browser what the API finds', () => {
    const catalogue = defaultCatalogue();
    const index = readIndex(JSON.parse(writeIndex(catalogue.version, catalogue.all())));
    for (const search of ['time entries', 'create ticket', 'company by id', 'PATCH /service/tickets/42']) {
      const wanted = { search, limit: 10, offset: 0 };
      const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);
      expect(ids(searchOperations(index, wanted).operations)).toEqual(
        ids(searchOperations(catalogue, wanted).operations),
      );
    }
  });
});

describe('the history', () => {
  test('keeps the newest fifty, without requests that are long', () => {
    const entry = (request: unknown) => ({
      atMs: 0,
      description: '',
      how: 'run' as const,
      outcome: '200',
      succeeded: true,
      timeMs: 1,
      invocation: { version: 1 as const, connection: 'acme', operationId: 'a', request },
    });
    const many = Array.from({ length: 60 }).reduce<ReturnType<typeof withEntry>>(
      (history, _, place) => withEntry(history, entry(place)),
      [],
    );
    expect(many.map(({ invocation }) => invocation.request)).toEqual(
      Array.from({ length: 50 }, (_, place) => 59 - place),
    );
    const [long] = withEntry([], entry('x'.repeat(30_000)));
    expect(long?.invocation).not.toHaveProperty('request');
  });
});

describe('a table', () => {
  test('is made of lists of records only', () => {
    expect(rowsOf([{ id: 1 }, 2])).toBeUndefined();
    expect(rowsOf([])).toBeUndefined();
    expect(rowsOf({ id: 1 })).toBeUndefined();
  });

  test('has the telling columns first, and none for what has no text', () => {
    const rows = rowsOf([{ _info: {}, zip: 1, lines: [1], board: { id: 1, name: 'Desk' }, id: 1 }]) ?? [];
    expect(columnsOf(rows)).toEqual(['id', 'board', 'zip']);
  });
});
