import { appendFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Result } from '../../lib/result.ts';
import { claimReader, type ReadClaim, withClaimed } from '../claims.ts';
import type { Inbox, Received } from '../clients/queue.ts';
import { resultIn } from '../collecting.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { wholeNumber } from '../numbers.ts';
import { resultLine } from '../result-text.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends PlaceFlags {
  readonly limit?: number;
  readonly keep?: boolean;
  readonly claims: boolean;
  readonly drain?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

/** `manage results`: takes results off the result queue and shows them as they come. */
export function addResults(program: Command, context: Context): void {
  withPlace(program.command('results'))
    .description('take results off the result queue as they come, until Ctrl+C')
    .option('--limit <n>', 'end after so many', wholeNumber('--limit', 1, 1_000_000))
    .option('--drain', 'end when the queue is empty')
    .option('--keep', 'give them back to the queue at the end')
    .option('--no-claims', 'leave responses that were too large for a message in S3')
    .option('-o, --output <file>', 'append them to a file, a line of JSON each')
    .addHelpText(
      'after',
      examples(
        'manage results',
        'manage results --json | jq .failure.reason',
        'manage results --drain -o results.jsonl',
      ),
    )
    .action(async (flags: Flags) => {
      const place = await placeOf(flags, context);
      const { openInbox } = await import('../clients/queue.ts');
      const inbox = openInbox(place.resultQueueUrl, place.aws);
      try {
        const shown = await follow(inbox, claimReader(place.aws), flags, context.terminal);
        if (flags.output !== undefined)
          context.terminal.note(`${shown} results are appended to ${flags.output}.`);
      } finally {
        inbox.close();
      }
    });
}

/** A poll is not cut off by Ctrl+C, since that would hide what it brings: so it is short. */
const pollSeconds = 2;

/** What is shown is taken off the queue after it was: a result is seen twice rather than never. */
async function follow(inbox: Inbox, read: ReadClaim, flags: Flags, terminal: Terminal): Promise<number> {
  const { limit = Number.POSITIVE_INFINITY, drain = false, keep = false } = flags;
  const kept: Received[] = [];
  const spare: Received[] = [];
  let shown = 0;
  try {
    while (shown < limit && !terminal.interrupted.aborted) {
      const received = await inbox.receive(pollSeconds);
      if (received.length === 0 && drain) break;
      const wanted = received.slice(0, limit - shown);
      spare.push(...received.slice(wanted.length));
      for (const { body } of wanted) await show(body, read, flags, terminal);
      shown += wanted.length;
      if (keep) kept.push(...wanted);
      else await inbox.delete(wanted);
    }
  } finally {
    await inbox.release([...kept, ...spare]);
  }
  return shown;
}

async function show(body: string, read: ReadClaim, flags: Flags, terminal: Terminal): Promise<void> {
  const { output, json } = flags;
  const result = resultIn(body);
  const isLine = output === undefined && terminal.isWatched && !json;
  // A line does not show the response, so nobody waits for it.
  const text = result?.claim && flags.claims && !isLine ? await filled(result, read, terminal) : body;
  if (output !== undefined) appendFileSync(output, `${text}\n`);
  if (result && terminal.isWatched && !json) terminal.print(resultLine(result, terminal.colours));
  else if (output === undefined) terminal.print(text);
}

/** A claim that leads nowhere stays as it is: the rest of the result is worth having. */
async function filled(result: Result, read: ReadClaim, terminal: Terminal): Promise<string> {
  try {
    return JSON.stringify(await withClaimed(result, read));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    terminal.note(`${result.id}: ${why} The claim stays in its place.`);
    return JSON.stringify(result);
  }
}
