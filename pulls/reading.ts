import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { checkCallbacks, type DeclaredCallbacks } from './callback-checking.ts';
import { checkPulls } from './checking.ts';
import type { Schedule } from './schedule.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The schedules that a file of the repository declares, such as `pulls.config.ts`, checked against the compiled catalogue.
 * @param file relative to the repository's root.
 * @throws Error that names the file, and every pull with what is wrong in it.
 */
export async function readPulls(file: string): Promise<readonly Schedule[]> {
  const advice = 'Make it, or name another by the setting connector.pulls.';
  return readConfig(file, advice, (pulls) => checkPulls(pulls, () => loadCatalogue(`${root}.catalogue`)));
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
  try {
    return check(Reflect.get(Object(module), 'default'));
  } catch (error) {
    throw new Error(`${file} is not valid.\n${error instanceof Error ? error.message : String(error)}`);
  }
}
