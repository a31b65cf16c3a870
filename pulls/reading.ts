import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { checkPulls } from './checking.ts';
import type { Schedule } from './schedule.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The schedules that a file of the repository declares, such as `pulls.config.ts`, checked against the compiled catalogue.
 * @param file relative to the repository's root.
 * @throws Error that names the file, and every pull with what is wrong in it.
 */
export async function readPulls(file: string): Promise<readonly Schedule[]> {
  const path = `${root}${file}`;
  if (!existsSync(path))
    throw new Error(`There is no ${file}. Make it, or name another by the setting connector.pulls.`);
  const module: unknown = await import(pathToFileURL(path).href);
  const pulls: unknown = Reflect.get(Object(module), 'default');
  try {
    return checkPulls(pulls, () => loadCatalogue(`${root}.catalogue`));
  } catch (error) {
    throw new Error(`${file} is not valid.\n${error instanceof Error ? error.message : String(error)}`);
  }
}
