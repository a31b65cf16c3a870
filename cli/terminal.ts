import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import picocolors from 'picocolors';
import { usageError } from './ending.ts';

export type Colours = ReturnType<typeof picocolors.createColors>;

/** Where a command reads and writes. Tests hand in their own. */
export interface Terminal {
  /** What was asked for, a line or more: standard output. */
  print(text: string): void;
  /** What is said beside it: standard error. */
  note(text: string): void;
  /** A line that the next one takes the place of; silent where nobody watches. */
  progress(text: string): void;
  /** Whether a person reads the output: else it is for a program. */
  readonly isWatched: boolean;
  readonly colours: Colours;
  readonly input: NodeJS.ReadableStream;
  /** @param options.hidden what is typed does not show. */
  ask(question: string, options: { readonly hidden: boolean }): Promise<string>;
  /** Aborts at Ctrl+C: the command ends in order. */
  readonly interrupted: AbortSignal;
}

const progressEveryMs = 100;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const isWatched = stdout.isTTY === true;
  const showsProgress = stderr.isTTY === true;
  let line = '';
  let shownAtMs = 0;
  // `manage results | head` closes the pipe: that is an end, not a fault.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const clear = () => {
    if (line !== '') stderr.write('\r\x1b[2K');
    line = '';
  };
  return {
    print: (text) => {
      clear();
      stdout.write(`${text}\n`);
    },
    note: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      // Thousands of results a second would be thousands of lines.
      if (!showsProgress || performance.now() - shownAtMs < progressEveryMs) return;
      shownAtMs = performance.now();
      clear();
      line = text.slice(0, Math.max(20, (stderr.columns ?? 80) - 1));
      stderr.write(line);
    },
    isWatched,
    colours: picocolors.createColors(isWatched && picocolors.isColorSupported),
    input: stdin,
    ask: (question, { hidden }) => ask(question, hidden),
    interrupted: interruption(),
  };
}

/** The first Ctrl+C asks the command to end; a second one ends it at once, as ever. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => controller.abort());
  return controller.signal;
}

async function ask(question: string, hidden: boolean): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true)
    throw usageError(
      `${question} cannot be asked for, since nobody types here. Give --file FILE or --file -.`,
    );
  // readline echoes what is typed to its output: here that is swallowed.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: hidden ? silent : stderr, terminal: true });
  try {
    if (!hidden) return await lines.question(`${question}: `);
    stderr.write(`${question} (not shown): `);
    const closed = once(lines, 'close').then(() => '');
    const typed = await Promise.race([lines.question(''), closed]);
    stderr.write('\n');
    return typed;
  } finally {
    lines.close();
  }
}

/** Everything that is piped in. */
export const readAll = (terminal: Terminal): Promise<string> => text(terminal.input);
