import { parseArgs } from 'node:util';

const usage =
  'Usage: npm run checkpoints -- show|rewind|reset NAME --connection acme --api URL [--to 2026-01-31T15:00:00Z]';

/**
 * `npm run checkpoints`: shows, rewinds or resets a checkpoint by the API, whose address `npm start` prints. It signs nothing, so
 * that a deployed API needs a client that does.
 */
try {
  const { values, positionals } = parseArgs({
    options: { connection: { type: 'string' }, api: { type: 'string' }, to: { type: 'string' } },
    allowPositionals: true,
  });
  const [command = '', name, ...rest] = positionals;
  const { connection, api, to } = values;
  if (name === undefined || rest.length > 0 || connection === undefined || api === undefined)
    throw new Error(usage);
  const url = new URL(`checkpoints/${encodeURIComponent(name)}`, `${api.replace(/\/$/, '')}/`);
  url.searchParams.set('connection', connection);
  console.log(await ask(url, requestOf(command, to)));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function requestOf(command: string, to: string | undefined): RequestInit {
  if (command === 'show') return { method: 'GET' };
  if (command === 'reset') return { method: 'DELETE' };
  if (command !== 'rewind') throw new Error(`There is no command '${command}'. ${usage}`);
  if (to === undefined) throw new Error(`To what time? ${usage}`);
  const headers = { 'content-type': 'application/json' };
  return { method: 'PUT', headers, body: JSON.stringify({ watermark: to }) };
}

/** @throws Error with the sentence of the problem. */
async function ask(url: URL, request: RequestInit): Promise<string> {
  const answer = await fetch(url, request);
  const text = await answer.text();
  if (answer.status === 204) return 'It is reset: the next pull takes everything.';
  const value: unknown = JSON.parse(text);
  if (answer.ok) return JSON.stringify(value, null, 2);
  throw new Error(String(Reflect.get(Object(value), 'detail')));
}
