import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { defineDeployments } from '../../infra/definition.ts';
import { parseDeployment } from '../../infra/deployment.ts';
import { checkDeployments, readDeployments } from '../../infra/deployments.ts';
import { connectionName } from '../../lib/invocation.ts';
import { definePulls } from '../../pulls/definition.ts';

const folder = mkdtempSync(join(tmpdir(), 'deployments-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** A file that declares these: a new one each time, since a module is imported once. */
function configOf(declared: unknown): string {
  files += 1;
  const file = join(folder, `${files}.mjs`);
  writeFileSync(file, `export default ${JSON.stringify(declared)};`);
  return file;
}

const namesOf = (deployments: readonly { readonly stackName: string }[]) =>
  deployments.map(({ stackName }) => stackName);

const two = {
  Production: { connectionPrefix: 'production/', maxConcurrency: 20 },
  Sandbox: { connectionPrefix: 'sandbox/' },
};

describe('connector.config.ts', () => {
  test('declares one deployment with every default in a fresh clone', async () => {
    expect(await readDeployments({})).toEqual([parseDeployment({})]);
  });

  test('may declare several, each a stack by its name', async () => {
    const deployments = await readDeployments({}, configOf(two));
    expect(deployments).toEqual([
      parseDeployment({ stackName: 'Production', ...two.Production }),
      parseDeployment({ stackName: 'Sandbox', ...two.Sandbox }),
    ]);
  });

  test('gives the one that is asked for', async () => {
    expect(namesOf(await readDeployments({ deployment: 'Sandbox' }, configOf(two)))).toEqual(['Sandbox']);
  });

  test('has no other one: the nearest is named', async () => {
    await expect(readDeployments({ deployment: 'Sandbx' }, configOf(two))).rejects.toThrow(
      "There is no deployment 'Sandbx' (did you mean 'Sandbox'?). connector.config.ts declares Production, Sandbox.",
    );
  });

  test('is read with the types of its settings', () => {
    const declared = defineDeployments({
      Typed: {
        connections: { acme: { maxCallsPerMinute: 60 } },
        pulls: definePulls({
          hourly: { schedule: 'rate(1 hour)', connection: 'acme', operationId: 'GET /system/info' },
        }),
        // @ts-expect-error A wrong type is marked by the editor.
        maxConcurrency: '5',
      },
    });
    expect(() => checkDeployments(declared)).toThrow(
      'The setting Typed.maxConcurrency must be a whole number',
    );
    // @ts-expect-error So is a setting that there is not.
    defineDeployments({ Typed: { maxConcurency: 5 } });
  });

  test('that is not there is told, with what to do', async () => {
    await expect(readDeployments({}, join(folder, 'none.mjs'))).rejects.toThrow(
      'There is no connector.config.ts. git checkout -- connector.config.ts brings it back.',
    );
  });

  test.each([
    [undefined, 'Export what defineDeployments returns as default.'],
    [[], 'It must be an object of deployments by name.'],
    [{}, 'It declares no deployment. Declare one, such as ManageConnector: {}.'],
    [{ Erp: null }, 'The setting Erp must be an object.'],
    [{ Erp: '{}' }, 'The setting Erp must be an object.'],
    [
      { Erp: { stackName: 'Erp' } },
      "There is no setting Erp.stackName: 'Erp' itself is the name of the stack.",
    ],
    [{ 'Erp 2': {} }, 'The setting Erp 2.stackName must be 1 to 50 letters'],
    [{ Erp: { allowedHost: [] } }, "There is no setting Erp.allowedHost (did you mean 'allowedHosts'?)."],
  ])('refuses %j', (declared, message) => {
    expect(() => checkDeployments(declared)).toThrow('connector.config.ts is not valid.\n');
    expect(() => checkDeployments(declared)).toThrow(message);
  });

  test('names what is wrong in every deployment at once', () => {
    expect(() => checkDeployments({ One: { fifo: 1 }, Two: { console: true } })).toThrow(
      /The setting One\.fifo must be true or false\.[^\n]*\n.*The setting Two\.console needs /,
    );
  });

  test('gives no two deployments the same connections, whose limits they would exceed together', () => {
    expect(() => checkDeployments({ One: {}, Two: {}, Three: { connectionPrefix: 'three/' } })).toThrow(
      'One and Two use the same connections (manage-connector/connections/), and neither would know what the other sends',
    );
    const apart = { One: { region: 'eu-west-1' }, Two: { region: 'us-east-1' } };
    expect(namesOf(checkDeployments(apart))).toEqual(['One', 'Two']);
  });
});

describe('the context connector, as deployments were configured before', () => {
  const settings = { stackName: 'Erp', connectionPrefix: 'erp/', maxConcurrency: 10 };

  test.each([
    ['an object', settings],
    ['JSON', JSON.stringify(settings)],
  ])('is one deployment still, as %s', async (_form, connector) => {
    const untouched = configOf({ ManageConnector: {} });
    expect(await readDeployments({ connector }, untouched)).toEqual([parseDeployment(settings)]);
  });

  test.each([[{}], ['{}']])('says nothing where it is empty: %j', async (connector) => {
    expect(namesOf(await readDeployments({ connector }, configOf(two)))).toEqual(['Production', 'Sandbox']);
  });

  test('is refused beside a file that declares something, and told where it belongs', async () => {
    await expect(readDeployments({ connector: settings }, configOf(two))).rejects.toThrow(
      /^The context connector and connector\.config\.ts both say what is deployed\. Move .* docs\/upgrading\.md\.$/,
    );
  });

  test('is no longer in cdk.json: there is one place to look', () => {
    const cdk: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
    expect(cdk).not.toHaveProperty('context.connector');
  });
});

describe('the names of connections', () => {
  test('are those that an invocation may name', () => {
    const characters = fc.constantFrom(...'aZ09._-/* äé\n');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 66 }), (name) => {
        const isDeclarable = () => {
          parseDeployment({ connections: { [name]: {} } });
          return true;
        };
        if (connectionName.safeParse(name).success) expect(isDeclarable()).toBe(true);
        else expect(isDeclarable).toThrow('connector.connections');
      }),
      { numRuns: 300 },
    );
  });
});
