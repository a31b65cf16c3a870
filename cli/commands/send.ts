import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { type Context, catalogueIn, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed, usageError } from '../ending.ts';
import { readJson } from '../json-source.ts';
import { wholeNumber } from '../numbers.ts';
import { findingsOf } from '../sending/check.ts';
import { readMessages } from '../sending/messages.ts';
import { type Format, formatOf, type Source } from '../sending/rows.ts';
import { type Batch, type Summary, sendBatch } from '../sending/send.ts';
import { readAll, type Terminal } from '../terminal.ts';

interface Flags extends PlaceFlags {
  readonly connection?: string;
  readonly template?: string;
  readonly format?: Format;
  readonly delimiter: string;
  readonly batch?: string;
  readonly wait?: boolean;
  readonly results?: string;
  readonly state?: string;
  readonly patience: number;
  readonly restart?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** `manage send`: puts a file of invocations on the queue. */
export function addSend(program: Command, context: Context): void {
  withPlace(program.command('send'))
    .description('put a file of invocations on the queue, in order, each row once')
    .argument(
      '<file>',
      'invocations as lines of JSON, or rows that a template makes into some; - for standard input',
    )
    .option(
      '-t, --template <json>',
      'an invocation with {{column}} in place of values: a file, or the JSON itself',
    )
    .option('-c, --connection <name>', 'the connection of rows that name none')
    .addOption(
      new Option('--format <format>', 'what the file is, where its name does not tell').choices([
        'csv',
        'jsonl',
      ]),
    )
    .option('--delimiter <character>', 'between the columns of CSV', ',')
    .option('--batch <name>', "what the rows' ids begin with; the file's name and digest unless told")
    .option('--wait', 'wait for the results, and write the rows that failed to a file that can be sent again')
    .option('--results <file>', 'where results go; FILE.results.jsonl unless told')
    .option(
      '--patience <seconds>',
      'how long to wait without a result',
      wholeNumber('--patience', 1, 86_400),
      900,
    )
    .option('--state <file>', 'where it stands how far it is; FILE.sent.json unless told')
    .option('--restart', 'begin anew: the journal still executes no write twice')
    .option('--check', 'send nothing: say what is wrong with each row')
    .addHelpText(
      'after',
      `${examples(
        'manage send invocations.jsonl',
        'manage send contacts.csv --template contact.json --wait',
        'manage send contacts.failed-1.csv --template contact.json --wait',
        'manage send contacts.csv --template contact.json --check',
        'export-them | manage send - --format jsonl -c acme',
      )}
A template, contact.json, for a CSV with the columns id, title and nickName:
  { "connection": "acme", "operationId": "patchCompanyContactsById", "inputs": { "id": "{{id}}" },
    "request": [{ "op": "replace", "path": "title", "value": "{{title}}" }] }
{{column:number}}, :boolean and :json give a value that is no text; {{column?}} leaves the member out where the cell is empty.
`,
    )
    .action((file: string, flags: Flags) => send(file, flags, context));
}

/** @throws CommandFailed where not every row is sent, or not every one succeeded. */
async function send(given: string, flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  const file = given === '-' ? await keepInput(flags, terminal) : given;
  const source = { file, format: formatOf(file, flags.format), delimiter: flags.delimiter };
  const template =
    flags.template === undefined ? undefined : await readJson(flags.template, '--template', terminal);
  if (template === undefined && source.format === 'csv')
    throw usageError(
      'The rows of a CSV are no invocations. Give --template: an invocation with {{column}} in it.',
    );
  if (flags.check) return check(source, template, flags, context);
  const place = await placeOf(flags, context);
  const { createQueues } = await import('../../lib/clients/queue.ts');
  const { openInbox } = await import('../clients/queue.ts');
  const batch: Batch = {
    source,
    template,
    connection: flags.connection,
    batch: flags.batch,
    stateFile: flags.state ?? `${file}.sent.json`,
    restart: flags.restart ?? false,
    resultsFile: flags.wait ? (flags.results ?? `${file}.results.jsonl`) : undefined,
    patienceMs: flags.patience * 1000,
  };
  const summary = await sendBatch(batch, {
    queueUrl: place.invocationQueueUrl,
    queue: createQueues(place.aws)(place.invocationQueueUrl),
    openResults: () => openInbox(place.resultQueueUrl, place.aws),
    terminal,
    now: Date.now,
    sleep: async (waitMs) =>
      void (await setTimeout(waitMs, undefined, { signal: terminal.interrupted }).catch(() => {})),
  });
  report(summary, terminal, flags.json ?? false);
}

/** What is piped in is kept in the current folder under a name by its content, so that it can be gone on with. */
async function keepInput({ format = 'jsonl' }: Flags, terminal: Terminal): Promise<string> {
  const text = await readAll(terminal);
  const file = `manage-send-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.${format}`;
  if (!existsSync(file)) writeFileSync(file, text);
  terminal.note(`Kept as ${file}: the same command with that in place of - goes on where this stops.`);
  return file;
}

const mostShown = 20;

async function check(source: Source, template: unknown, flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  const catalogue = catalogueIn(context);
  const findings: string[] = [];
  let rows = 0;
  for await (const message of readMessages({
    source,
    template,
    connection: flags.connection,
    batch: 'check',
  })) {
    rows += 1;
    findings.push(...findingsOf(message, catalogue).slice(0, Math.max(0, 1_000 - findings.length)));
  }
  if (flags.json) terminal.print(JSON.stringify({ rows, findings }, null, 2));
  else {
    for (const finding of findings.slice(0, mostShown)) terminal.print(finding);
    if (findings.length > mostShown)
      terminal.print(`… and ${findings.length - mostShown} more: --json has up to 1000.`);
  }
  if (findings.length > 0)
    throw new CommandFailed('failed', `Something is wrong in ${source.file}. Nothing was sent.`);
  terminal.note(
    `${rows} rows, and nothing is wrong with them as far as the document tells. Nothing was sent.`,
  );
}

function report(summary: Summary, terminal: Terminal, asJson: boolean): void {
  const { ending, files, sendingMs, sent, rows, answered, succeeded, failures = {} } = summary;
  if (asJson) terminal.print(JSON.stringify(summary, null, 2));
  terminal.note(
    `${sent} of ${rows} rows sent in ${(sendingMs / 1000).toFixed(1)} s, as ${summary.batch}:LINE.`,
  );
  if (answered !== undefined) {
    const reasons = Object.entries(failures).map(([reason, count]) => `${count} ${reason}`);
    const failed = reasons.length > 0 ? `, ${reasons.join(', ')}` : '';
    terminal.note(`${answered} of ${rows} answered: ${succeeded} succeeded${failed}.`);
    for (const file of files) terminal.note(`  ${file}`);
  } else if (ending === 'ok')
    terminal.note('Their results come on the result queue: the same command with --wait collects them.');
  if (ending === 'ok') return;
  const sentences = {
    partly: 'Some rows failed. The failed rows can be sent again as they are, or mended.',
    late: 'Not every result came. The same command goes on waiting.',
    interrupted: 'Interrupted. The same command goes on where it stopped.',
  };
  throw new CommandFailed(ending, sentences[ending]);
}
