import type { Command } from 'commander';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { findPlace, type Place } from './place.ts';
import type { Terminal } from './terminal.ts';

/** What every command is handed. */
export interface Context {
  readonly terminal: Terminal;
  /** Where `npm start` says where it is. */
  readonly localFile: string;
  /** Where `npm run catalogue` writes, with a slash at the end. */
  readonly catalogueFolder: string;
}

export interface PlaceFlags {
  readonly stack?: string;
  readonly token?: string;
}

/** Adds the options of a command that talks to a connector. */
export const withPlace = (command: Command): Command =>
  command
    .option('--stack <name>', 'a deployed stack; the local one unless told (or MANAGE_STACK)')
    .option('--token <jwt>', 'for an API that is authorised by tokens (or MANAGE_TOKEN)')
    .option('--json', 'for programs: JSON on standard output');

export const placeOf = (flags: PlaceFlags, { localFile }: Context): Promise<Place> =>
  findPlace(
    {
      stack: flags.stack ?? process.env['MANAGE_STACK'],
      token: flags.token ?? process.env['MANAGE_TOKEN'],
    },
    localFile,
  );

export const catalogueIn = ({ catalogueFolder }: Context): Catalogue => loadCatalogue(catalogueFolder);

/** Examples at the end of a command's help, each with what it does. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
