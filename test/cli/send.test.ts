import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { putAll, togetherOn } from '../../cli/sending/putting.ts';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());

let place = '';
/** A file of a name that no other test used, since ids are made of it. */
const write = (name: string, text: string) => {
  const file = join(place, name);
  writeFileSync(file, text);
  return file;
};
beforeEach(() => {
  place = connector.folder;
  connector.doors.takeResults();
  connector.doors.gateway.queues.find('invocations')?.purge();
});

const template = JSON.stringify({
  connection: 'acme',
  operationId: 'patchCompanyContactsById',
  inputs: { id: '{{id}}' },
  request: [{ op: 'replace', path: 'title', value: '{{title}}' }],
});
const send = (file: string, ...words: readonly string[]) => connector.manage(['send', file, ...words]);
const queued = (): Record<string, unknown>[] =>
  (connector.doors.gateway.queues.find('invocations')?.release() ?? []).map(({ body }) => JSON.parse(body));
const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

describe('manage send', () => {
  test('puts rows on the queue in order, each with an id of file and line, and its connection as its group', async () => {
    const rows = Array.from({ length: 230 }, (_, row) => `${row + 1},Title ${row}`);
    const file = write('order.csv', ['id,title', ...rows].join('\r\n'));
    const { code, err } = await send(file, '-t', template);
    expect([code, err]).toEqual([0, expect.stringContaining('230 of 230 rows sent')]);
    const released = connector.doors.gateway.queues.find('invocations')?.release() ?? [];
    expect(new Set(released.map(({ group }) => group))).toEqual(new Set(['acme']));
    const messages = released.map(({ body }) => JSON.parse(body));
    expect(messages.map(({ id }) => id)).toEqual(
      rows.map((_, row) => expect.stringMatching(`^order\\.csv-[0-9a-f]{12}:${row + 2}$`)),
    );
    expect(messages[1]).toMatchObject({
      inputs: { id: '2' },
      request: [{ op: 'replace', path: 'title', value: 'Title 1' }],
    });
  });

  test('sends nothing twice, and goes on where it stopped', async () => {
    const file = write('resumed.csv', 'id,title\n1,a\n2,b\n3,c\n');
    await send(file, '-t', template);
    const ids = queued().map(({ id }) => id);
    expect((await send(file, '-t', template)).err).toContain('All 3 rows were sent');
    expect(queued()).toEqual([]);
    const state = JSON.parse(readFileSync(`${file}.sent.json`, 'utf8'));
    writeFileSync(`${file}.sent.json`, JSON.stringify({ ...state, sent: 1 }));
    expect((await send(file, '-t', template)).err).toContain('Going on: 1 of 3 rows were sent');
    expect(queued().map(({ id }) => id)).toEqual(ids.slice(1));
  });

  test('gives the same rows the same ids where it is forgotten what was sent', async () => {
    const file = write('forgotten.csv', 'id,title\n1,a\n');
    await send(file, '-t', template);
    rmSync(`${file}.sent.json`);
    await send(file, '-t', template);
    const [first, second] = queued();
    expect(second).toEqual(first);
  });

  test('refuses to go on with a file that has changed', async () => {
    const file = write('changed.csv', 'id,title\n1,a\n');
    await send(file, '-t', template);
    writeFileSync(file, 'id,title\n1,b\n');
    const { code, err } = await send(file, '-t', template);
    expect([code, err]).toEqual([2, expect.stringContaining('is not what was begun on')]);
    expect((await send(file, '-t', template, '--restart')).code).toBe(0);
    expect(queued()).toHaveLength(2);
  });

  test('refuses a state of another queue', async () => {
    const file = write('elsewhere.csv', 'id,title\n1,a\n');
    await send(file, '-t', template);
    const state = JSON.parse(readFileSync(`${file}.sent.json`, 'utf8'));
    writeFileSync(`${file}.sent.json`, JSON.stringify({ ...state, queueUrl: 'http://127.0.0.1:1/other' }));
    expect((await send(file, '-t', template)).err).toContain('was begun on another queue');
  });

  test('waits for the results and writes what failed to a file that can be sent again as it is', async () => {
    const file = write('waited.csv', 'id,title\n1,"A, first"\n999999,"Not, there"\n2,"two\nlines"\n');
    const stop = connector.work();
    const { code, err } = await send(file, '-t', template, '--wait');
    expect([code, err]).toEqual([4, expect.stringContaining('3 of 3 answered: 2 succeeded, 1 not_found.')]);
    expect(linesOf(`${file}.results.jsonl`)).toHaveLength(3);
    const failed = join(place, 'waited.failed-1.csv');
    expect(readFileSync(failed, 'utf8')).toBe('id,title\n999999,"Not, there"\n');
    writeFileSync(failed, readFileSync(failed, 'utf8').replace('999999', '3'));
    expect((await send(failed, '-t', template, '--wait')).code).toBe(0);
    expect(existsSync(join(place, 'waited.failed-2.csv'))).toBe(false);
    await stop();
    const { out } = await connector.manage(['invoke', 'getCompanyContactsById', '-i', 'id=2']);
    expect(JSON.parse(out)).toMatchObject({ title: 'two\nlines' });
  });

  test('counts results of an earlier run, and asks for none where all are there', async () => {
    const file = write('again.csv', 'id,title\n4,a\n');
    const stop = connector.work();
    await send(file, '-t', template, '--wait');
    await stop();
    const { code, err } = await send(file, '-t', template, '--wait');
    expect([code, err]).toEqual([0, expect.stringContaining('1 of 1 answered: 1 succeeded.')]);
  });

  test('takes a result again of which a crash left half a line', async () => {
    const file = write('torn.csv', 'id,title\n6,a\n7,b\n');
    const stop = connector.work();
    await send(file, '-t', template, '--wait');
    await stop();
    const results = `${file}.results.jsonl`;
    const [whole = '', torn = ''] = linesOf(results);
    writeFileSync(results, `${whole}\n${torn.slice(0, 40)}`);
    connector.put('results', torn);
    const { code, err } = await send(file, '-t', template, '--wait');
    expect([code, err]).toEqual([0, expect.stringContaining('2 of 2 answered: 2 succeeded.')]);
    expect(linesOf(results)).toEqual([whole, torn]);
  });

  test('gives up waiting after its patience, and can go on', async () => {
    const file = write('late.csv', 'id,title\n5,a\n');
    const { code, err } = await send(file, '-t', template, '--wait', '--patience', '1');
    expect([code, err]).toEqual([5, expect.stringContaining('The same command goes on waiting.')]);
  });

  test('takes invocations as lines of JSON, with ids of their own', async () => {
    const line = (id: string) => JSON.stringify({ id, operationId: 'getSystemInfo' });
    const file = write(
      'lines.jsonl',
      `${line('a')}\n\n${JSON.stringify({ operationId: 'getSystemInfo' })}\n`,
    );
    expect((await send(file, '-c', 'acme')).code).toBe(0);
    expect(queued()).toEqual([
      { version: 1, connection: 'acme', id: 'a', operationId: 'getSystemInfo' },
      {
        version: 1,
        connection: 'acme',
        id: expect.stringMatching(/^lines\.jsonl-.*:3$/),
        operationId: 'getSystemInfo',
      },
    ]);
  });

  test('gives ids of their own an ending when failed rows are sent again: the journal keeps the first answer', async () => {
    const file = write(
      'own.failed-1.jsonl',
      `${JSON.stringify({ id: 'erp-1', operationId: 'getSystemInfo' })}\n`,
    );
    await send(file, '-c', 'acme');
    expect(queued()).toMatchObject([{ id: 'erp-1~2' }]);
  });

  test('gives a batch of another name other ids', async () => {
    const file = write('named.csv', 'id,title\n1,a\n');
    await send(file, '-t', template, '--batch', 'december');
    expect(queued()).toMatchObject([{ id: 'december:2' }]);
  });

  test('--check says what is wrong with each row, and sends nothing', async () => {
    const file = write('checked.csv', 'id,title\n1,fine\nabc,bad\n');
    const { code, out } = await send(file, '-t', template, '--check');
    expect(code).toBe(1);
    expect(out).toBe("line 3: Input 'id' must be a whole number. Give a whole number.");
    expect(queued()).toEqual([]);
  });

  test.each([
    ['a column that is not there', 'a.csv', 'id,name\n1,a\n', 'The template names {{title}}, but'],
    ['a CSV that is none', 'b.csv', 'id,title\n1,a,b\n', 'is not CSV as it should be: Invalid Record Length'],
    ['an empty file', 'c.csv', 'id,title\n', 'has no rows.'],
    ['a name that does not tell', 'd.txt', 'id,title\n1,a\n', 'Say which it is: --format csv or jsonl.'],
    ['a line that is no JSON', 'e.jsonl', '{"id":1\n', 'line 1: it is not a JSON object.'],
    [
      'an invocation that is none',
      'f.jsonl',
      '{"operation":"x"}\n',
      'f.jsonl, line 1: The invocation is not valid:',
    ],
  ])('refuses %s before anything is sent', async (_, name, text, sentence) => {
    const given = name.endsWith('.csv') ? ['-t', template] : ['-c', 'acme'];
    const { code, err } = await send(write(name, text), ...given);
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
    expect(queued()).toEqual([]);
  });

  test('refuses two rows of one id, of which one would not be executed', async () => {
    const line = JSON.stringify({ id: 'same', operationId: 'getSystemInfo' });
    const { code, err } = await send(write('twice.jsonl', `${line}\n${line}\n`), '-c', 'acme');
    expect([code, err]).toEqual([2, expect.stringContaining("lines 1 and 2 have the same id 'same'")]);
  });

  test('stops in order when it is interrupted, and the next run sends the rest', async () => {
    const rows = Array.from({ length: 150 }, (_, row) => `${row + 1},t`);
    const file = write('stopped.csv', ['id,title', ...rows].join('\n'));
    const words = ['send', file, '-t', template];
    const { code } = await connector.manage(words, { interrupted: AbortSignal.abort() });
    expect(code).toBe(130);
    expect(queued()).toHaveLength(100);
    await connector.manage(words);
    expect(queued()).toHaveLength(50);
  });
});

describe('putting messages on a queue', () => {
  const invocation = { version: 1, connection: 'acme', operationId: 'x' } as const;
  async function* messages(count: number) {
    for (let line = 1; line <= count; line++)
      yield { row: { line, values: {}, text: '' }, id: `${line}`, invocation, text: `${line}` };
  }
  const putting = (sendAll: (texts: readonly string[]) => Promise<(string | undefined)[]>) => ({
    queue: { sendAll },
    together: 3,
    sleep: async () => {},
    signal: new AbortController().signal,
    onSent: () => {},
  });

  test('tries what was refused again before what comes after it', async () => {
    const calls: (readonly string[])[] = [];
    await putAll(
      messages(5),
      putting(async (texts) => {
        calls.push(texts);
        return texts.map((text) => (text === '2' && calls.length === 1 ? 'Throttled' : undefined));
      }),
    );
    expect(calls).toEqual([['1', '2', '3'], ['2'], ['4', '5']]);
  });

  test('says which line the queue does not take', async () => {
    const refusing = putAll(
      messages(5),
      putting(async (texts) => texts.map((text) => (text === '2' ? 'Broken' : undefined))),
    );
    await expect(refusing).rejects.toThrow(
      'The queue did not take line 2 (Broken). The same command goes on where it stopped.',
    );
  });

  test('goes one batch at a time where the queue keeps the order', () => {
    expect([togetherOn('https://sqs/x.fifo'), togetherOn('https://sqs/x')]).toEqual([10, 100]);
  });
});
