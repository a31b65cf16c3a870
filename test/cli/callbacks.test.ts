import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());
afterEach(() => {
  vi.restoreAllMocks();
});

let files = 0;
/** Declares callbacks in a file. A module is loaded once, so each has a name of its own. */
function declared(callbacks: object, pulls: object = {}): string[] {
  files += 1;
  const [file, pullsFile] = [`callbacks-${files}.ts`, `pulls-${files}.ts`].map((name) =>
    join(connector.folder, name),
  );
  writeFileSync(file ?? '', `export default ${JSON.stringify(callbacks)};\n`);
  writeFileSync(pullsFile ?? '', `export default ${JSON.stringify(pulls)};\n`);
  return ['--file', file ?? '', '--pulls', pullsFile ?? ''];
}

const company = { connection: 'acme', type: 'company' };

/** Runs the command for one declaration. @returns what it printed, as JSON. */
async function callbacks(word: string, flags: readonly string[], ...more: readonly string[]) {
  const { code, out, err } = await connector.manage(['callbacks', word, ...flags, ...more, '--json']);
  return { code, err, out, json: out === '' ? undefined : JSON.parse(out) };
}

const kindsIn = (json: readonly { readonly steps: readonly { readonly kind: string }[] }[]) =>
  json.flatMap(({ steps }) => steps.map(({ kind }) => kind));

async function invoke(operation: string, ...words: readonly string[]) {
  const { code, out, err } = await connector.manage(['invoke', operation, ...words]);
  expect([code, err]).toMatchObject([0, expect.anything()]);
  return out === '' ? undefined : JSON.parse(out);
}

const registrations = async (): Promise<readonly { id: number; url: string; inactiveFlag: boolean }[]> =>
  invoke('getSystemCallbacks', '-i', 'pageSize=1000');
const ours = async () => (await registrations()).filter(({ url }) => url.startsWith(connector.apiUrl));

async function rename(id: number, name: string): Promise<void> {
  const request = JSON.stringify([{ op: 'replace', path: 'name', value: name }]);
  await invoke('patchCompanyCompaniesById', '-i', `id=${id}`, '-r', request);
}

async function events() {
  await connector.doors.simulator.controls.callbacksSettled();
  return connector.doors.takeResults();
}

const quiet = () => vi.spyOn(console, 'info').mockImplementation(() => {});

describe('manage callbacks', () => {
  test('shows what it would do, does it once, and then finds nothing to do', async () => {
    quiet();
    const flags = declared({ companies: company });
    expect(kindsIn((await callbacks('plan', flags)).json)).toEqual(['create']);
    expect(await ours()).toEqual([]);
    const applied = await callbacks('apply', flags);
    expect([applied.code, kindsIn(applied.json), applied.json[0].failures]).toEqual([0, ['create'], []]);
    expect(await ours()).toHaveLength(1);
    expect(kindsIn((await callbacks('apply', flags)).json)).toEqual(['keep']);
    expect(kindsIn((await callbacks('plan', flags)).json)).toEqual(['keep']);
    expect(await ours()).toHaveLength(1);
    const [{ url } = { url: '' }] = await ours();
    const token = /\/([\w-]{43})\?recordId=$/.exec(url)?.[1] ?? 'no token';
    expect(applied.out).not.toContain(token);
  });

  test('lets a change at ConnectWise arrive on the result queue', async () => {
    quiet();
    await callbacks('apply', declared({ companies: company }));
    await events();
    await rename(1, 'Heard of');
    expect(await events()).toMatchObject([
      { kind: 'event', callback: 'companies', action: 'updated', recordId: 1, entity: { name: 'Heard of' } },
    ]);
  });

  test('lets doubled changes arrive once, and turned ones both', async () => {
    quiet();
    const { controls } = connector.doors.simulator;
    controls.setUnreliability({ drop: 0, duplicate: 1, reorder: 0 });
    await rename(1, 'Doubled');
    expect(await events()).toHaveLength(1);
    controls.setUnreliability({ drop: 0, duplicate: 0, reorder: 1 });
    await rename(1, 'First');
    controls.setUnreliability({ drop: 0, duplicate: 0, reorder: 0 });
    await rename(1, 'Second');
    expect((await events()).map(({ entity }) => Object(entity).name)).toEqual(['Second', 'First']);
  });

  test('starts a pull, which brings what a lost callback did not tell', async () => {
    quiet();
    const pull = {
      schedule: 'rate(1 hour)',
      connection: 'acme',
      operationId: 'getCompanyCompanies',
      pages: 'all',
    };
    const incremental = { ...pull, incremental: { checkpoint: 'companies' } };
    // By another name each time: events shortly after each other would start one.
    const startsBy = (name: string) =>
      callbacks(
        'apply',
        declared({ companies: { ...company, starts: name, afterSeconds: 1 } }, { [name]: incremental }),
      );
    expect(await startsBy('companies-hourly')).toMatchObject({ code: 0 });
    const { controls } = connector.doors.simulator;
    const names = async () => {
      await controls.callbacksSettled();
      connector.doors.passTime(60_000);
      const stop = connector.work();
      const results: Record<string, unknown>[] = [];
      await vi.waitFor(
        () => {
          results.push(...connector.doors.takeResults());
          expect(results.some((it) => 'certificate' in it)).toBe(true);
        },
        { timeout: 20_000, interval: 50 },
      );
      await stop();
      return results
        .flatMap(({ response }) => (Array.isArray(response) ? response : []))
        .map((it) => it.name);
    };
    await rename(1, 'Begins');
    expect((await names()).length).toBeGreaterThan(10);
    controls.setUnreliability({ drop: 1, duplicate: 0, reorder: 0 });
    await rename(2, 'Lost');
    controls.setUnreliability({ drop: 0, duplicate: 0, reorder: 0 });
    await startsBy('companies-daily');
    await rename(3, 'Told');
    expect((await names()).toSorted()).toEqual(['Lost', 'Told']);
  });

  test('repairs one that ConnectWise has switched off', async () => {
    quiet();
    const flags = declared({ companies: company });
    await callbacks('apply', flags);
    const [{ id } = { id: 0 }] = await ours();
    await invoke(
      'patchSystemCallbacksById',
      '-i',
      `id=${id}`,
      '-r',
      '[{"op":"replace","path":"inactiveFlag","value":true}]',
    );
    const planned = await callbacks('plan', flags);
    expect(planned.json[0].steps).toMatchObject([{ kind: 'repair', id, wrong: ['inactiveFlag'] }]);
    await callbacks('apply', flags);
    expect(await ours()).toMatchObject([{ id, inactiveFlag: false }]);
  });

  test('removes ours that are not declared, and only when told; those of others never', async () => {
    quiet();
    const other = { url: 'https://other.example.com/hook?id=', type: 'contact', level: 'owner', objectId: 1 };
    await invoke('postSystemCallbacks', '-r', JSON.stringify(other));
    await callbacks('apply', declared({ companies: company, tickets: { ...company, type: 'ticket' } }));
    expect(await ours()).toHaveLength(2);
    const flags = declared({ companies: company });
    const left = await callbacks('apply', flags);
    expect([left.code, left.json[0].left, left.err]).toEqual([
      0,
      1,
      expect.stringContaining('Give --remove'),
    ]);
    expect(await ours()).toHaveLength(2);
    await callbacks('apply', flags, '--remove');
    expect(await ours()).toHaveLength(1);
    expect(await callbacks('apply', declared({}), '-c', 'acme', '--remove')).toMatchObject({ code: 0 });
    expect(await ours()).toEqual([]);
    expect((await registrations()).map(({ url }) => url)).toContain(other.url);
  });

  test('tells what failed, does the rest, and ends with 4', async () => {
    quiet();
    const flags = declared({ contacts: { ...company, type: 'contact' }, companies: company });
    const planned = await connector.manage(['callbacks', 'plan', ...flags]);
    expect(planned.out).toMatch(/create +contacts .*of somebody else is about the same/);
    const { code, err } = await connector.manage(['callbacks', 'apply', ...flags]);
    expect([code, err]).toEqual([4, expect.stringContaining("'contacts' could not be created: bad_request")]);
    expect(await ours()).toHaveLength(1);
  });

  test('gives the addresses another token, and ConnectWise goes on by it', async () => {
    quiet();
    const flags = declared({ companies: company });
    await callbacks('apply', flags);
    const [before] = await ours();
    expect(kindsIn((await callbacks('apply', flags, '--renew-token')).json)).toEqual(['repair']);
    const [after] = await ours();
    expect([after?.id, after?.url === before?.url]).toEqual([before?.id, false]);
  });

  test.each([
    ['a file that there is not', () => ['--file', 'nowhere.ts'], 'There is no nowhere.ts'],
    [
      'a file with mistakes',
      () => declared({ x: { connection: 'acme', type: 'note' } }),
      "Callback 'x': 'type' must be",
    ],
    ['nothing', () => declared({}), 'declares no callbacks'],
  ])('ends with 2 for %s', async (_, flags, sentence) => {
    const { code, err } = await connector.manage(['callbacks', 'plan', ...flags()]);
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
  });

  test('says which connection is none', async () => {
    const flags = declared({ x: { connection: 'nobody', type: 'ticket' } });
    const { code, err } = await connector.manage(['callbacks', 'plan', ...flags]);
    expect([code, err]).toEqual([1, expect.stringContaining('unknown_connection')]);
  });
});
