import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { suggestion } from '../lib/explanation.ts';
import { checkCallbacks, type DeclaredCallbacks } from './callback-checking.ts';
import { checkPulls } from './checking.ts';
import type { Schedule } from './schedule.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a deployment says of its pulls. */
export interface Declared {
  readonly stackName: string;
  /** A file of the repository such as `pulls.config.ts`, relative to its root, or the pulls themselves. */
  readonly pulls: string | Readonly<Record<string, unknown>>;
  /** By name; where there are any, no pull may be of another one. */
  readonly connections: Readonly<Record<string, unknown>>;
}

/**
 * The schedules that a deployment declares, checked against the compiled catalogue.
 * @throws Error that names the file, and every pull with what is wrong in it.
 */
export async function readPulls(
  { stackName, pulls, connections }: Declared,
  catalogue: () => Catalogue = () => loadCatalogue(`${root}.catalogue`),
): Promise<readonly Schedule[]> {
  const check = (declared: unknown) => {
    const schedules = checkPulls(declared, catalogue);
    refuseUndeclared(schedules, Object.keys(connections));
    return schedules;
  };
  return typeof pulls === 'string'
    ? readConfig(pulls, 'Make it, or name another by the setting pulls.', check)
    : checked(`What ${stackName} declares as pulls`, () => check(pulls));
}

/**
 * The callbacks that a file of the repository declares, such as `callbacks.config.ts`.
 * @param file relative to the repository's root. @param pulls what the file of pulls declares.
 * @throws Error that names the file, and every callback with what is wrong in it.
 */
export const readCallbacks = (file: string, pulls: readonly Schedule[]): Promise<DeclaredCallbacks> =>
  readConfig(file, 'Make it, or name another by --file.', (callbacks) => checkCallbacks(callbacks, pulls));

/** @param check of what the file exports as default. */
async function readConfig<T>(file: string, advice: string, check: (value: unknown) => T): Promise<T> {
  const path = resolve(root, file);
  if (!existsSync(path)) throw new Error(`There is no ${file}. ${advice}`);
  const module: unknown = await import(pathToFileURL(path).href);
  return checked(file, () => check(Reflect.get(Object(module), 'default')));
}

function checked<T>(place: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new Error(`${place} is not valid.\n${error instanceof Error ? error.message : String(error)}`);
  }
}

function refuseUndeclared(schedules: readonly Schedule[], connections: readonly string[]): void {
  if (connections.length === 0) return;
  const sentences = schedules
    .filter(({ connection }) => !connections.includes(connection))
    .map(
      ({ name, connection }) =>
        `Pull '${name}': the deployment declares no connection '${connection}'${suggestion(connection, connections)}.`,
    );
  if (sentences.length > 0) throw new Error(sentences.join('\n'));
}
