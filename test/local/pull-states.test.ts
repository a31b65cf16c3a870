import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable } from '../../lib/clients/table.ts';
import { type Checkpoint, checkpointSchema } from '../../lib/pull/checkpoint.ts';
import { type Progress, progressSchema } from '../../lib/pull/progress.ts';
import { type Gateway, startGateway } from '../../local/gateway.ts';
import { createPullReader } from '../../local/pull-states.ts';
import { accessKey, region } from '../../local/region.ts';
import { createTable as makeTable } from '../../local/tables.ts';
import { stateTable } from '../functions/doors.ts';

const nowMs = Date.parse('2026-11-25T12:00:00Z');
let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ now: () => nowMs, log: console.error });
  await makeTable(gateway.endpoint, stateTable);
});
afterAll(() => gateway.close());

const clientOf = () => ({ endpoint: gateway.endpoint, region, credentials: accessKey });
const tableOf = () => createTable(stateTable.name, clientOf(), () => nowMs);
const reader = () =>
  createPullReader({ client: clientOf(), puts: gateway.tables.puts }, stateTable.name, () => nowMs);

const progress = (part: Partial<Progress>): Progress => ({
  digest: 'd',
  leaseUntilMs: nowMs + 1_000,
  way: 'keyset',
  shards: [],
  pages: 2,
  rows: 500,
  startedAtMs: nowMs - 60_000,
  ...part,
});
const checkpoint = (part: Checkpoint): Checkpoint => ({
  of: { operationId: 'getServiceTickets', digest: 'd', asked: '{}' },
  ...part,
});

describe('the pulls of a stack', () => {
  test('are read as they stand, those that changed once more, and nothing else of the table', async () => {
    const pulls = tableOf()({ prefix: 'pulls/', schema: progressSchema, keptSeconds: 60 });
    const checkpoints = tableOf()({ prefix: 'checkpoints/', schema: checkpointSchema, keptSeconds: 60 });
    const journal = tableOf()({ prefix: 'journal/', schema: checkpointSchema, keptSeconds: 60 });
    const read = reader();
    expect(await read()).toEqual({ checkpoints: [], pulls: [] });

    await journal.write('acme/pulls/x', {}, undefined);
    await pulls.write('acme/nightly', progress({ countBefore: 2_000 }), undefined);
    await pulls.write('acme/left', progress({ leaseUntilMs: nowMs - 1 }), undefined);
    await checkpoints.write(
      'acme/tickets',
      checkpoint({
        watermark: '2026-01-01T00:00:00Z',
        movedBy: [{ pull: 'acme/nightly', sequence: 4 }],
        movedAtMs: nowMs - 5_000,
        run: { pull: 'acme/left', untilMs: nowMs + 9_000 },
      }),
      undefined,
    );
    await checkpoints.write('acme/forgotten', {}, undefined);
    const first = await read();
    expect(first.pulls).toMatchObject([
      { key: 'acme/left', state: 'resting', rows: 500 },
      { key: 'acme/nightly', state: 'running', rows: 500, pages: 2, expectedRows: 2_000 },
    ]);
    expect(first.checkpoints).toEqual([
      {
        connection: 'acme',
        name: 'tickets',
        operationId: 'getServiceTickets',
        asked: '{}',
        watermark: '2026-01-01T00:00:00Z',
        movedAtMs: nowMs - 5_000,
        pulls: 4,
        lastRows: 500,
        lock: { pull: 'acme/left', untilMs: nowMs + 9_000 },
      },
    ]);

    const failure = { reason: 'paging_broken', message: 'The order was not kept.', retried: 0 };
    const result = { version: 1, id: 'nightly', succeeded: false, failure } as const;
    await pulls.write('acme/nightly', progress({ rows: 900, result }), 1);
    const [newest] = (await read()).pulls;
    expect(newest).toMatchObject({
      key: 'acme/nightly',
      state: 'ended',
      rows: 900,
      isComplete: false,
      says: 'The order was not kept.',
    });
  });

  test('are as many as a person looks through, the one that went on last being the first', async () => {
    const pulls = tableOf()({ prefix: 'pulls/', schema: progressSchema, keptSeconds: 60 });
    for (let place = 0; place < 30; place++) await pulls.write(`acme/many-${place}`, progress({}), undefined);
    const keys = (await reader()()).pulls.map(({ key }) => key);
    expect(keys).toHaveLength(20);
    expect(keys[0]).toBe('acme/many-29');
  });
});
