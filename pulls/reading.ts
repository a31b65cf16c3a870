import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { suggestion } from '../lib/explanation.ts';
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
  const declared = typeof pulls === 'string' ? await importPulls(pulls) : pulls;
  const place = typeof pulls === 'string' ? pulls : `What ${stackName} declares as pulls`;
  try {
    const schedules = checkPulls(declared, catalogue);
    refuseUndeclared(schedules, Object.keys(connections));
    return schedules;
  } catch (error) {
    throw new Error(`${place} is not valid.\n${error instanceof Error ? error.message : String(error)}`);
  }
}

async function importPulls(file: string): Promise<unknown> {
  const path = `${root}${file}`;
  if (!existsSync(path))
    throw new Error(`There is no ${file}. Make it, or name another by the setting pulls.`);
  const module: unknown = await import(pathToFileURL(path).href);
  return Reflect.get(Object(module), 'default');
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
