import { parseConnection } from '../lib/connection.ts';
import { parseInvocation } from '../lib/invocation.ts';
import { usageError } from './ending.ts';
import { fileText } from './json-source.ts';
import { readAll, type Terminal } from './terminal.ts';

/** A secret's text that is a connection. */
export interface Found {
  readonly text: string;
}

/** What is asked for, in the order in which a person has it at hand. */
const fields = [
  ['siteUrl', 'siteUrl, the address that people sign in at', false],
  ['username', 'username, as company+PublicKey', false],
  ['password', 'password, the private key', true],
  ['clientId', 'clientId, of your integration', true],
] as const;

/** The secret's text: from a file, from what is piped in, or field by field from whoever types. */
export async function readSecretText(file: string | undefined, terminal: Terminal): Promise<string> {
  if (file === '-') return readAll(terminal);
  if (file !== undefined) return fileText(file, '--file');
  const answers: [string, string][] = [];
  for (const [name, question, hidden] of fields)
    answers.push([name, (await terminal.ask(question, { hidden })).trim()]);
  return JSON.stringify(Object.fromEntries(answers));
}

/** @throws CommandFailed with a sentence that names the field that is wrong, never its value. */
export function formOf(name: string, text: string): Found {
  const message = { version: 1, connection: name, operationId: 'getSystemInfo' };
  const named = parseInvocation(JSON.stringify(message));
  if (!named.valid) throw usageError(`'${name}' is no name for a connection. ${named.message}`);
  const found = parseConnection(name, text);
  if (!found.found) throw usageError(`${found.failure.message} Nothing was stored.`);
  return { text };
}
