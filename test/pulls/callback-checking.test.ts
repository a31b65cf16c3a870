import { describe, expect, test } from 'vitest';
import { checkCallbacks } from '../../pulls/callback-checking.ts';
import { type Schedule, scheduledTime } from '../../pulls/schedule.ts';

function pullNamed(name: string, fields: object = {}, connection = 'acme'): Schedule {
  const id = `${name}:${scheduledTime}`;
  const call = { connection, operationId: 'getServiceTickets', pages: 'all', ...fields };
  return {
    name,
    connection,
    id,
    message: JSON.stringify({ version: 1, id, lock: name, ...call }),
    expression: 'rate(1 hour)',
    timeZone: 'UTC',
    flexibleMinutes: 0,
    enabled: true,
    maxAgeSeconds: 3_600,
  };
}

const pulls = [
  pullNamed('tickets-hourly', { incremental: { checkpoint: 'tickets' } }),
  pullNamed('everything'),
  pullNamed('of-globex', { incremental: { checkpoint: 'tickets' } }, 'globex'),
];

describe('declared callbacks', () => {
  test('are those of each connection, complete, with the pull that they start as it runs by itself', () => {
    const checked = checkCallbacks(
      {
        tickets: { connection: 'acme', type: 'ticket', starts: 'tickets-hourly' },
        'board-7': {
          connection: 'acme',
          type: 'ticket',
          level: 'board',
          objectId: 7,
          suppressesOwnChanges: true,
        },
        companies: { connection: 'globex', type: 'company' },
      },
      pulls,
    );
    const invocation = {
      version: 1,
      connection: 'acme',
      operationId: 'getServiceTickets',
      pages: 'all',
      incremental: { checkpoint: 'tickets' },
    };
    expect(Object.fromEntries(checked)).toEqual({
      acme: {
        tickets: {
          type: 'ticket',
          level: 'owner',
          objectId: 1,
          starts: { pull: 'tickets-hourly', afterSeconds: 30, invocation },
        },
        'board-7': { type: 'ticket', level: 'board', objectId: 7, suppressesOwnChanges: true },
      },
      globex: { companies: { type: 'company', level: 'owner', objectId: 1 } },
    });
  });

  test.each([
    ['an unknown type', { x: { connection: 'acme', type: 'note' } }, "Callback 'x': 'type' must be"],
    ['a misspelt field', { x: { connection: 'acme', type: 'ticket', start: 'a' } }, "no field 'start'"],
    [
      'a bad name',
      { Tickets: { connection: 'acme', type: 'ticket' } },
      "Callback 'Tickets': the name must be",
    ],
    [
      'a pull that there is not',
      { x: { connection: 'acme', type: 'ticket', starts: 'tickets-hourli' } },
      "no pull 'tickets-hourli'",
    ],
    [
      'a pull of everything',
      { x: { connection: 'acme', type: 'ticket', starts: 'everything' } },
      'is not incremental',
    ],
    [
      'a pull of another connection',
      { x: { connection: 'acme', type: 'ticket', starts: 'of-globex' } },
      "of the connection 'globex'",
    ],
    [
      'a wait for no pull',
      { x: { connection: 'acme', type: 'ticket', afterSeconds: 5 } },
      "give 'starts' too",
    ],
    [
      'two about the same',
      {
        a: { connection: 'acme', type: 'ticket' },
        b: { connection: 'acme', type: 'ticket', level: 'Owner' },
      },
      "'a' and 'b' are about the same",
    ],
    ['no object', [], 'must be an object of callbacks by name'],
  ])('are refused with %s', (_, callbacks, sentence) => {
    expect(() => checkCallbacks(callbacks, pulls)).toThrow(sentence);
  });

  test('are refused for all that is wrong at once', () => {
    const wrong = { a: { connection: 'acme' }, b: { type: 'ticket' } };
    expect(() => checkCallbacks(wrong, [])).toThrow(
      /'a': 'type' is missing[\s\S]*'b': 'connection' is missing/,
    );
  });
});
