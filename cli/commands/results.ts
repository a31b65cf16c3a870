import { appendFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Inbox, Received } from '../clients/queue.ts';
import { resultIn } from '../collecting.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { wholeNumber } from '../numbers.ts';
import { resultLine } from '../result-text.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends PlaceFlags {
  readonly limit?: number;
  readonly keep?: boolean;
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
        await follow(inbox, flags, context.terminal);
      } finally {
        inbox.close();
      }
    });
}

/** A poll is not cut off by Ctrl+C, since that would hide what it brings: so it is short. */
const pollSeconds = 2;

/** What is shown is taken off the queue after it was: a result is seen twice rather than never. */
export async function follow(inbox: Inbox, flags: Flags, terminal: Terminal): Promise<number> {
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
      for (const { body } of wanted) show(body, flags, terminal);
      shown += wanted.length;
      if (keep) kept.push(...wanted);
      else await inbox.delete(wanted);
    }
  } finally {
    await inbox.release([...kept, ...spare]);
  }
  return shown;
}

function show(body: string, { output, json }: Flags, terminal: Terminal): void {
  if (output !== undefined) appendFileSync(output, `${body}\n`);
  const result = json || !terminal.isWatched ? undefined : resultIn(body);
  if (result) terminal.print(resultLine(result, terminal.colours));
  else if (output === undefined) terminal.print(body);
}
