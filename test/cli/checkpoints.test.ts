import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());

const checkpoints = (...words: readonly string[]) => connector.manage(['checkpoints', ...words]);

/** Pulls by a checkpoint. @returns the rows that came. */
async function pulled(checkpoint: string, ...words: readonly string[]): Promise<Record<string, unknown>[]> {
  const file = join(connector.folder, `${checkpoint}.jsonl`);
  const stop = connector.work();
  const pull = ['pull', 'getServiceTickets', '--checkpoint', checkpoint, '-o', file, ...words];
  expect(await connector.manage(pull)).toMatchObject({ code: 0 });
  await stop();
  const lines = readFileSync(file, 'utf8').trimEnd();
  return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line));
}

describe('manage pull --checkpoint', () => {
  test('takes everything once, and then what is new, changed or gone', async () => {
    expect((await pulled('changes', '--deletes')).length).toBeGreaterThan(30);
    expect(await pulled('changes', '--deletes')).toEqual([]);
    await connector.manage(['invoke', 'deleteServiceTicketsById', '-i', 'id=4']);
    expect(await pulled('changes', '--deletes')).toEqual([{ id: 4, deleted: true }]);
  });

  test.each([
    ['a checkpoint whose pages nothing keeps', ['--checkpoint', 'x'], '--checkpoint needs -o FILE'],
    ['deletes without a checkpoint to tell them by', ['--deletes'], '--deletes needs --checkpoint NAME.'],
  ])('refuses %s', async (_, words, sentence) => {
    const { code, err } = await connector.manage(['pull', 'getServiceTickets', ...words]);
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
  });
});

describe('manage checkpoints', () => {
  test('shows how far the pulls have come, puts it back, and forgets it', async () => {
    await pulled('tickets');
    const shown = await checkpoints('show', 'tickets', '--json');
    expect(shown.code).toBe(0);
    const { watermark } = JSON.parse(shown.out);
    expect(JSON.parse(shown.out)).toMatchObject({ name: 'tickets', connection: 'acme', pulls: 1 });
    expect((await checkpoints('show', 'tickets')).out).toMatch(
      new RegExp(
        `^tickets  acme  getServiceTickets\n +at +${watermark}\n +by +lastUpdated\n +moved +by 1 pulls`,
      ),
    );
    const back = await checkpoints('rewind', 'tickets', '--to', '2020-01-31T15:00:00Z');
    expect([back.code, back.out]).toEqual([0, expect.stringContaining('2020-01-31T15:00:00')]);
    expect(await checkpoints('reset', 'tickets')).toMatchObject({
      code: 0,
      out: '',
      err: 'It is reset: the next pull takes everything.',
    });
    expect(await checkpoints('show', 'tickets')).toMatchObject({
      code: 1,
      err: expect.stringContaining("unknown_checkpoint: The connection 'acme' has no checkpoint 'tickets'"),
    });
  });

  test('are not put forward, since what lies between would be lost', async () => {
    await pulled('ahead');
    const { code, err } = await checkpoints('rewind', 'ahead', '--to', '2999-01-01T00:00:00Z');
    expect([code, err]).toEqual([1, expect.stringContaining('It can be put back, not forward')]);
  });

  test.each([
    ['a time that is none', ['--to', 'yesterday'], 1, "'watermark' must be a time"],
    ['no time', [], 2, "required option '--to <time>'"],
  ])('refuse %s', async (_, words, ending, sentence) => {
    if (ending === 1) await pulled('refused');
    const { code, err } = await checkpoints('rewind', 'refused', ...words);
    expect([code, err]).toEqual([ending, expect.stringContaining(sentence)]);
  });
});
