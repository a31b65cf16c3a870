import { join } from 'node:path';
import { run } from './program.ts';
import { processTerminal } from './terminal.ts';

const root = join(import.meta.dirname, '..');

process.exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(),
  // A stack that another checkout runs is named by its own file.
  localFile: process.env['MANAGE_LOCAL_STACK'] ?? join(root, '.local', 'stack.json'),
  catalogueFolder: join(root, '.catalogue/'),
});
// A question that nobody answered, or a connection that is kept open, would hold the process.
process.stdin.unref?.();
