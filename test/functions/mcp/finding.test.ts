import { Ajv } from 'ajv';
import { afterAll, describe, expect, test } from 'vitest';
import { showOperation } from '../../../functions/mcp/show-operation.ts';
import { createServices } from '../../../functions/services.ts';
import { readSettings } from '../../../functions/settings.ts';
import { openAgentStage } from './agent-stage.ts';

const { call, read, close } = await openAgentStage();
afterAll(close);

describe('search_operations', () => {
  test('finds by words, says what writes, and where the next ones begin', async () => {
    const { answer } = await call('search_operations', { words: 'create ticket', limit: 2 });
    expect(answer).toMatchObject({
      total: expect.any(Number),
      operations: [{ operationId: 'postServiceTickets', method: 'POST', writes: true }, expect.anything()],
      nextOffset: 2,
    });
    const next = await call('search_operations', { words: 'create ticket', limit: 2, offset: 2 });
    expect(next.answer['operations']).not.toEqual(answer['operations']);
  });

  test('counts a search by POST among the reads', async () => {
    const { answer } = await call('search_operations', { words: 'postServiceTicketsSearch', limit: 1 });
    expect(answer['operations']).toMatchObject([{ operationId: 'postServiceTicketsSearch', writes: false }]);
  });

  test('finds nothing without an error', async () => {
    expect((await call('search_operations', { words: 'xyzzyqq' })).answer).toEqual({
      total: 0,
      operations: [],
    });
  });
});

describe('show_operation', () => {
  test('shows inputs, members, an example and what comes back, in less than 15 KB', async () => {
    const { answer, text } = await call('show_operation', { operationId: 'postServiceTickets' });
    expect(answer).toMatchObject({
      operationId: 'postServiceTickets',
      writes: true,
      request: {
        of: 'Ticket',
        required: true,
        members: { board: expect.stringContaining('BoardReference') },
      },
      example: { request: { summary: expect.any(String) } },
      answer: { kind: 'record', members: { id: 'int32' } },
    });
    expect(text.length).toBeLessThan(15_000);
  });

  test('shows every operation in less than 16 KB, as its output schema says', async () => {
    const services = createServices(readSettings());
    const visit = { services, deadlineMs: 0, delivery: '', only: undefined, whyUngranted: () => undefined };
    const isAsSaid = new Ajv({ strict: false }).compile(showOperation.outputSchema);
    for (const { operationId } of services.catalogue.all()) {
      const told = await showOperation.call({ operationId }, visit);
      const shown = 'answer' in told ? told.answer : {};
      expect([operationId, isAsSaid(shown), isAsSaid.errors]).toEqual([operationId, true, null]);
      expect(JSON.stringify(shown).length).toBeLessThan(16_000);
    }
  });

  test('an example reads as it is', async () => {
    const { answer } = await call('show_operation', { operationId: 'GET /service/tickets/{id}' });
    const { inputs } = Object(answer['example']);
    expect((await read('getServiceTicketsById', inputs)).answer['response']).toMatchObject({ id: 1 });
  });

  test('names the nearest of an unknown one', async () => {
    const { failed, text } = await call('show_operation', { operationId: 'getServiceTikets' });
    expect(failed).toBe(true);
    expect(text).toMatch(/^unknown_operation: There is no operation 'getServiceTikets'.* getServiceTickets,/);
  });
});
