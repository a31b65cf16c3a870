import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());
beforeEach(() => {
  connector.doors.takeResults();
  connector.doors.takeDeadLetters();
});

const manage: Connector['manage'] = (...given) => connector.manage(...given);
const fileIn = (name: string, content: unknown) => {
  const file = join(connector.folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const message = (id: string, operationId = 'getSystemInfo') =>
  JSON.stringify({ version: 1, id, connection: 'acme', operationId });

describe('manage invoke', () => {
  test('prints what ConnectWise answered, and beside it how it went', async () => {
    const { code, out, err } = await manage(['invoke', 'getServiceTicketsById', '-i', 'id=1']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: 1, summary: expect.any(String) });
    expect(err).toMatch(/^✓ {2}200 {2}\S+ {2}getServiceTicketsById .* \d+ ms$/);
  });

  test('prints the whole result for a program', async () => {
    const { out, err } = await manage(['invoke', 'getSystemInfo', '--id', 'whole', '--json']);
    expect(JSON.parse(out)).toMatchObject({ version: 1, id: 'whole', succeeded: true, responseCode: '200' });
    expect(err).toBe('');
  });

  test('fails with what is wrong and its mend', async () => {
    const { code, out, err } = await manage(['invoke', 'getServiceTicketsById', '-i', 'id=x']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      "✗ invalid_inputs: getServiceTicketsById was not sent. Input 'id' must be a whole number.\n  - Give a whole number.",
    );
  });

  test('fails with what preflight expected where ConnectWise refused it', async () => {
    const { code, err } = await manage(['invoke', 'getServiceTickets', '-i', 'conditions=closedFlg = false']);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^✗ bad_request: .* is not a recognized name\.\n {2}! .* \(did you mean 'closedFlag'\?\)/,
    );
  });

  test.each([
    ['a file', () => fileIn('company.json', { name: 'A', identifier: 'FromFile' }), ''],
    ['the command line', () => '{"name":"A","identifier":"FromLine"}', ''],
    ['standard input', () => '-', '{"name":"A","identifier":"FromInput"}'],
  ])('takes the request from %s', async (_, request, input) => {
    const dry = ['invoke', 'postCompanyCompanies', '--preflight', 'only', '-r', request()];
    const { code, out } = await manage(dry, { input });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      method: 'POST',
      body: { identifier: expect.stringMatching(/^From/) },
    });
  });

  test('writes bytes to a file as bytes', async () => {
    const output = join(connector.folder, 'invoice.pdf');
    const words = ['invoke', 'getFinanceInvoicesByIdPdf', '-i', 'id=1', '-i', 'return=binary', '-o', output];
    const { code, out, err } = await manage(words);
    expect([code, out]).toEqual([0, '']);
    expect(readFileSync(output).subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(err).toContain(`Written to ${output}`);
  });

  test('with --async prints the id that the result will have', async () => {
    const { code, out } = await manage(['invoke', 'getSystemInfo', '--async', '--id', 'later']);
    expect([code, out]).toEqual([0, 'later']);
    const [record] = connector.doors.receive().Records;
    expect(JSON.parse(record?.body ?? '')).toMatchObject({ id: 'later', operationId: 'getSystemInfo' });
  });

  test.each([
    ['an input without a value', ['-i', 'id'], "--input 'id' is not name=value."],
    ['an input that is no JSON', ['-i', 'id:=x'], "--input 'id' is not JSON behind :=."],
    ['a request that is no JSON', ['-r', '{a}'], '--request: What is given there is not JSON.'],
    [
      'a file that is not there',
      ['-r', '/nowhere.json'],
      '--request: /nowhere.json cannot be read (ENOENT).',
    ],
    ['a connection that is no name', ['-c', '../x'], "'connection' must be 1 to 64 letters"],
  ])('refuses %s and sends nothing', async (_, words, sentence) => {
    const { code, err } = await manage(['invoke', 'getSystemInfo', ...words]);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });
});

describe('manage results', () => {
  const put = (...ids: readonly string[]) => {
    for (const id of ids) {
      const body = JSON.stringify({
        version: 1,
        id,
        operationId: 'getSystemInfo',
        succeeded: true,
        responseCode: '200',
      });
      connector.put('results', body);
    }
  };

  test('takes results off the queue, a line of JSON each, until it is empty', async () => {
    put('one', 'two');
    const { code, out } = await manage(['results', '--drain']);
    expect(code).toBe(0);
    expect(
      out
        .split('\n')
        .map((line) => JSON.parse(line).id)
        .toSorted(),
    ).toEqual(['one', 'two']);
    expect(connector.doors.takeResults()).toEqual([]);
  });

  test('shows a line each to who watches', async () => {
    put('seen');
    const { out } = await manage(['results', '--limit', '1'], { isWatched: true });
    expect(out).toBe('✓  200  seen  getSystemInfo');
  });

  test('gives back what it was not asked for, and with --keep all of it', async () => {
    put('a', 'b', 'c');
    await manage(['results', '--limit', '1']);
    await manage(['results', '--limit', '1', '--keep']);
    expect(connector.doors.takeResults()).toHaveLength(2);
  });

  test('ends in order when it is interrupted', async () => {
    put('left');
    const { code } = await manage(['results'], { interrupted: AbortSignal.abort() });
    expect(code).toBe(0);
    expect(connector.doors.takeResults()).toHaveLength(1);
  });
});

describe('manage pull', () => {
  test('gives every record as a line and certifies that it is all, and leaves the results of others', async () => {
    connector.put('results', '{"of":"others"}');
    const stop = connector.work();
    const output = join(connector.folder, 'companies.jsonl');
    const { code, err } = await manage(['pull', 'getCompanyCompanies', '-i', 'pageSize=10', '-o', output]);
    await stop();
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/✓ \d+ records in \d+ pages, certified to be complete\.$/),
    ]);
    const ids = readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect(err).toContain(`✓ ${ids.length} records`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(connector.doors.takeResults()).toEqual([{ of: 'others' }]);
  });

  test('fails where the list cannot be pulled', async () => {
    const stop = connector.work();
    const { code, err } = await manage(['pull', 'getSystemInfo']);
    await stop();
    expect(code).toBe(1);
    expect(err).toContain('invalid_inputs');
  });
});

describe('manage explain', () => {
  test('tells of a write: when it was done, its result, and its lines in the log', async () => {
    const words = ['-r', '[{"op":"replace","path":"summary","value":"Told"}]', '--id', 'told'];
    await manage(['invoke', 'patchServiceTicketsById', '-i', 'id=1', ...words]);
    fileIn('functions.log', 'Queue {"message":{"id":"told"}}\nQueue {"message":{"id":"other"}}\n');
    const { code, out } = await manage(['explain', 'told']);
    expect(code).toBe(0);
    expect(out).toMatch(/^told {2}acme {2}done {2}done 20.*\n✓ {2}200 {2}told {2}patchServiceTicketsById/);
    expect(out).toMatch(/The log\n {2}Queue {"message":{"id":"told"}}$/);
  });

  test('finds it among the dead letters', async () => {
    bury('dead-one', 'it crashed with Error');
    const { code, out } = await manage(['explain', 'dead-one', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).deadLetters).toEqual([
      { messageId: expect.any(String), why: 'it crashed with Error' },
    ]);
  });

  test('fails where nobody knows it', async () => {
    const { code, err } = await manage(['explain', 'nobody']);
    expect(code).toBe(1);
    expect(err).toContain("The journal knows no invocation 'nobody'");
  });
});

const bury = (id: string, why: string): void => connector.put('dead-letters', message(id), why);

describe('manage dead', () => {
  test('lists and shows dead letters with why they are some, and leaves them there', async () => {
    bury('first', 'it crashed');
    bury('second', 'it was too slow');
    const { out } = await manage(['dead', 'list']);
    expect(out).toMatch(/first {3}it crashed$/m);
    expect(out).toMatch(/second {2}it was too slow$/m);
    const shown = await manage(['dead', 'show', 'second']);
    expect(JSON.parse(shown.out)).toEqual(JSON.parse(message('second')));
    expect(shown.err).toContain('it was too slow');
    expect(connector.doors.takeDeadLetters()).toHaveLength(2);
  });

  test('puts one back on the invocation queue by its id, and says which is not there', async () => {
    bury('good', 'x');
    bury('other', 'y');
    const { code, err } = await manage(['dead', 'redrive', 'good', 'missing']);
    expect(code).toBe(1);
    expect(err).toContain('There is no dead letter missing.');
    expect(connector.doors.receive().Records.map(({ body }) => JSON.parse(body).id)).toEqual(['good']);
    expect(connector.doors.takeDeadLetters().map(({ body }) => JSON.parse(body).id)).toEqual(['other']);
  });

  test('puts all back', async () => {
    bury('a', 'x');
    bury('b', 'y');
    const { code, out } = await manage(['dead', 'redrive', '--all', '--json']);
    expect([code, JSON.parse(out)]).toEqual([0, { redriven: 2 }]);
    expect(connector.doors.receive().Records).toHaveLength(2);
  });

  test('wants to be told which', async () => {
    expect((await manage(['dead', 'redrive'])).code).toBe(2);
    expect((await manage(['dead', 'redrive', 'a', '--all'])).code).toBe(2);
  });
});
