import { once } from 'node:events';
import { inspect } from 'node:util';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { difference, type Example } from './examples.ts';
import type { Queue } from './queue.ts';
import { type ReceivedResult, readResult, receiveResults, sendExample } from './results.ts';

interface Queues {
  readonly invocations: string;
  readonly results: string;
}

/** Long enough for a slow machine; without a bound a lost result would keep `--once` waiting for ever. */
const timeoutMs = 90_000;

/**
 * Puts every example on the invocation queue and prints each result as it arrives.
 * @returns how many examples did not get the result that their file expects, or none at all.
 */
export async function runExamples(
  sqs: SQSClient,
  queues: Queues,
  examples: readonly Example[],
): Promise<number> {
  const waiting = new Map<string, Example>();
  for (const example of examples) waiting.set(await sendExample(sqs, queues.invocations, example), example);
  let wrong = 0;
  const signal = AbortSignal.timeout(timeoutMs);
  while (waiting.size > 0 && !signal.aborted) {
    for (const received of await receiveResults(sqs, queues.results)) {
      const example = waiting.get(received.id);
      waiting.delete(received.id);
      const fault = example && difference(example, received.value);
      printResult(received, example, fault);
      if (fault !== undefined) wrong += 1;
    }
  }
  for (const { name } of waiting.values())
    console.log(`✗ ${name}: no result came within ${timeoutMs / 1000} s.`);
  const got = examples.length - wrong - waiting.size;
  console.log(`\n${got} of ${examples.length} examples got the result that their file expects.`);
  return wrong + waiting.size;
}

/** As many as wait for somebody to take them; the oldest go first, so that a stack that runs for weeks keeps its size. */
const mostKept = 100_000;

/** More in a second are no reading matter: they are counted. */
const mostPrinted = 5;

/** Prints results as they come until the signal, and leaves them on the queue: they are for whoever sent the invocations. */
export async function printResults(queue: Queue, signal: AbortSignal): Promise<void> {
  let printed = 0;
  let more = 0;
  queue.watch(({ body }) => {
    if (printed < mostPrinted) printResult(readResult(body));
    else more += 1;
    printed += 1;
    queue.trim(mostKept);
  });
  const counting = setInterval(() => {
    if (more > 0) console.log(`… and ${more} more results`);
    printed = 0;
    more = 0;
  }, 1_000);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(counting);
}

function printResult({ id, value }: ReceivedResult, example?: Example, fault?: string): void {
  const mark = fault === undefined ? '✓' : '✗';
  console.log(`${mark} ${example ? `${example.name}: ${example.about}` : id}`);
  const text = inspect(value, {
    breakLength: 140,
    depth: 3,
    maxArrayLength: 3,
    maxStringLength: 200,
    compact: 4,
  });
  const lines = text.split('\n');
  const shown = lines.length > 16 ? [...lines.slice(0, 15), `… ${lines.length - 15} more lines`] : lines;
  console.log(shown.map((line) => `    ${line}`).join('\n'));
  if (fault !== undefined) console.log(`  It is not what the file expects: ${fault}`);
}
