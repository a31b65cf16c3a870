import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { suggestion } from '../lib/explanation.ts';
import { type Deployment, parseDeployment } from './deployment.ts';

/** Where deployments are declared. */
const configFile = 'connector.config.ts';

const defaultFile = fileURLToPath(new URL(`../${configFile}`, import.meta.url));

/** What the command line, or cdk.json, says beside the file. */
interface Asked {
  /** The settings of one deployment: how they were given before there was a file. */
  readonly connector?: unknown;
  /** The name of the one that is wanted; all of them unless told. */
  readonly deployment?: unknown;
}

/**
 * The deployments that connector.config.ts declares, or the one that the context `connector` does.
 * @throws Error with a sentence for everything that is wrong.
 */
export async function readDeployments(
  { connector, deployment }: Asked,
  file = defaultFile,
): Promise<readonly Deployment[]> {
  const declared = await declaredIn(file);
  const fromContext = isGiven(connector) ? parseDeployment(connector) : undefined;
  if (fromContext && !isDeepStrictEqual(declared, { ManageConnector: {} }))
    throw new Error(
      `The context connector and ${configFile} both say what is deployed. Move what is in the context (cdk.json, or -c connector=) into ${configFile}, below the name of its stack: see docs/upgrading.md.`,
    );
  const all = fromContext ? [fromContext] : checkDeployments(declared);
  return deployment === undefined ? all : [named(deployment, all)];
}

/** `{}` is what cdk.json had before somebody wrote into it. */
const isGiven = (connector: unknown): boolean =>
  connector !== undefined && connector !== '{}' && !isDeepStrictEqual(connector, {});

async function declaredIn(file: string): Promise<unknown> {
  if (!existsSync(file))
    throw new Error(`There is no ${configFile}. git checkout -- ${configFile} brings it back.`);
  const module: unknown = await import(pathToFileURL(file).href);
  return Reflect.get(Object(module), 'default');
}

/** @param declared what defineDeployments was given. */
export function checkDeployments(declared: unknown): readonly Deployment[] {
  if (!isObject(declared))
    throw invalid([
      'It must be an object of deployments by name. Export what defineDeployments returns as default.',
    ]);
  const read = Object.entries(declared).map(([name, settings]) => readOne(name, settings));
  const problems = read.flatMap((it) => ('problem' in it ? [it.problem] : []));
  if (read.length === 0)
    problems.push('It declares no deployment. Declare one, such as ManageConnector: {}.');
  const deployments = read.flatMap((it) => ('problem' in it ? [] : [it]));
  problems.push(...sharedSecrets(deployments));
  if (problems.length > 0) throw invalid(problems);
  return deployments;
}

function readOne(name: string, settings: unknown): Deployment | { readonly problem: string } {
  if (!isObject(settings)) return { problem: `The setting ${name} must be an object.` };
  if ('stackName' in settings)
    return { problem: `There is no setting ${name}.stackName: '${name}' itself is the name of the stack.` };
  try {
    return parseDeployment({ ...settings, stackName: name }, name);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The governor of each stack would give a connection's whole limit away. */
function sharedSecrets(deployments: readonly Deployment[]): readonly string[] {
  const groups = Map.groupBy(deployments, ({ account = '', region = '', connectionPrefix }) =>
    [account, region, connectionPrefix].join(' '),
  );
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const names = group.map(({ stackName }) => stackName).join(' and ');
      return `${names} use the same connections (${group[0]?.connectionPrefix}), and neither would know what the other sends: together they exceed each limit. Give each a connectionPrefix of its own, or its account and region where they are deployed to different ones.`;
    });
}

function named(wanted: unknown, all: readonly Deployment[]): Deployment {
  const names = all.map(({ stackName }) => stackName);
  const found = all.find(({ stackName }) => stackName === wanted);
  if (found) return found;
  throw new Error(
    `There is no deployment '${wanted}'${suggestion(String(wanted), names)}. ${configFile} declares ${names.join(', ')}.`,
  );
}

const invalid = (problems: readonly string[]) =>
  new Error(`${configFile} is not valid.\n${problems.join('\n')}`);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
