import { randomUUID } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Invocation, parseInvocation } from '../../lib/invocation.ts';
import type { Result } from '../../lib/result.ts';
import type { Inbox } from '../clients/queue.ts';
import { collect as collectResults } from '../collecting.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed, usageError } from '../ending.ts';
import { readInputs } from '../inputs.ts';
import { wholeNumber } from '../numbers.ts';
import type { Place } from '../place.ts';
import type { Terminal } from '../terminal.ts';
import { claimed, collect } from './invoke.ts';

interface Asked {
  readonly connection: string;
  readonly input: readonly string[];
  readonly pages?: number | 'all';
}

interface Flags extends PlaceFlags, Asked {
  readonly output?: string;
  readonly patience: number;
  readonly json?: boolean;
}

/** `manage pull`: takes a whole list, page by page, until the certificate. */
export function addPull(program: Command, context: Context): void {
  withPlace(program.command('pull'))
    .description('take a whole list: every record as a line of JSON, until the certificate')
    .argument('<operation>', 'a list, such as getServiceTickets')
    .option('-c, --connection <name>', 'which connection', 'acme')
    .option('-i, --input <name=value>', 'a URL parameter, such as conditions=closedFlag = false', collect, [])
    .option('--pages <n>', 'so many pages instead of all', wholeNumber('--pages', 1, 1_000_000))
    .option('-o, --output <file>', 'where the records go; standard output unless told')
    .option(
      '--patience <seconds>',
      'how long to wait without a page',
      wholeNumber('--patience', 1, 86_400),
      900,
    )
    .addHelpText(
      'after',
      examples(
        'manage pull getCompanyCompanies -o companies.jsonl',
        `manage pull getServiceTickets -i 'conditions=closedFlag = false' | wc -l`,
      ),
    )
    .action((operation: string, flags: Flags) => pull(operation, flags, context));
}

/** @throws CommandFailed where the pull does not end, or not with a certificate that says it is complete. */
export async function pull(operation: string, flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  const id = `pull-${randomUUID()}`;
  const text = JSON.stringify(invocationOf(id, operation, flags));
  const parsed = parseInvocation(text);
  if (!parsed.valid) throw usageError(parsed.message);
  const place = await placeOf(flags, context);
  const { createQueues } = await import('../../lib/clients/queue.ts');
  const { openInbox } = await import('../clients/queue.ts');
  await createQueues(place.aws)(place.invocationQueueUrl).send(text, {
    group: flags.connection,
    tracked: false,
  });
  if (flags.output !== undefined) writeFileSync(flags.output, '');
  terminal.note(`The pull is ${id}.`);
  const inbox = openInbox(place.resultQueueUrl, place.aws);
  try {
    const last = await collectPages(id, inbox, flags, place, terminal);
    conclude(last, flags, terminal);
  } finally {
    inbox.close();
  }
}

function invocationOf(
  id: string,
  operationId: string,
  { connection, input, pages = 'all' }: Asked,
): Invocation {
  const inputs = readInputs(input);
  return {
    version: 1,
    id,
    connection,
    operationId,
    ...(Object.keys(inputs).length > 0 && { inputs }),
    pages,
  };
}

async function collectPages(
  id: string,
  inbox: Inbox,
  { output, patience }: Flags,
  place: Place,
  terminal: Terminal,
): Promise<Result> {
  const seen = new Set<string>();
  let rows = 0;
  let last: Result | undefined;
  // The queue does not keep the order: the last result can come before some of the pages that it certifies.
  const isMore = () => !last || seen.size < (last.certificate?.pages ?? 0);
  const take = async (result: Result) => {
    if (!result.page) {
      last = result;
      return isMore();
    }
    // A page can come twice, and is the same then.
    if (seen.has(result.page.id)) return isMore();
    seen.add(result.page.id);
    const records = await recordsOf(result, place);
    const lines = records.map((record) => JSON.stringify(record)).join('\n');
    if (records.length > 0 && output === undefined) terminal.print(lines);
    else if (records.length > 0 && output !== undefined) appendFileSync(output, `${lines}\n`);
    rows += records.length;
    terminal.progress(`${rows} records in ${seen.size} pages`);
    return isMore();
  };
  const how = await collectResults({
    inbox,
    isWanted: (result) => result.id === id,
    take,
    patienceMs: patience * 1000,
    now: Date.now,
    signal: terminal.interrupted,
  });
  if (last && how === 'all') return last;
  const rest = 'Its other pages come on the result queue all the same: manage results takes them.';
  if (how === 'interrupted')
    throw new CommandFailed('interrupted', `Interrupted after ${rows} records. ${rest}`);
  throw new CommandFailed('late', `No page came for ${patience} s, after ${rows} records. ${rest}`);
}

/** The records of a page; a page of many is left in S3 and claimed. */
async function recordsOf({ response, claim, page }: Result, { aws }: Place): Promise<readonly unknown[]> {
  const { createObjects } = await import('../../lib/clients/objects.ts');
  const records = claim
    ? await claimed(await createObjects(claim.bucket, aws).link(claim.key, 300))
    : response;
  if (Array.isArray(records)) return records;
  throw new CommandFailed('failed', `Page ${page?.number} of the pull is no list of records.`);
}

function conclude(result: Result, { json, output }: Flags, terminal: Terminal): void {
  const { certificate, failure } = result;
  if (json && output !== undefined) terminal.print(JSON.stringify(result, null, 2));
  if (failure) throw new CommandFailed('failed', `${failure.reason}: ${failure.message}`);
  if (!certificate) throw new CommandFailed('failed', 'The pull ended without a certificate.');
  const { rows, pages, complete, why } = certificate;
  if (!complete) throw new CommandFailed('failed', `${rows} records in ${pages} pages. Not complete: ${why}`);
  terminal.note(
    `${terminal.colours.green('✓')} ${rows} records in ${pages} pages, certified to be complete.`,
  );
}
