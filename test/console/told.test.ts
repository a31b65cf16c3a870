import { expect, test } from 'vitest';
import { readTold } from '../../console/api.ts';

test('an event that ConnectWise sent by itself is told by its record, and is no failure', () => {
  const event = {
    version: 1,
    kind: 'event',
    id: 'b2f4f8a2',
    connection: 'acme',
    callback: 'tickets',
    type: 'ticket',
    action: 'updated',
    recordId: 7601,
    entity: { id: 7601 },
    receivedAt: '2026-11-25T18:02:11.120Z',
  };
  expect(readTold(event)).toMatchObject({
    succeeded: true,
    responseCode: 'updated',
    description: 'Callback tickets: ticket 7601',
    id: 'b2f4f8a2',
  });
});
