import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import * as z from 'zod/mini';
import { type Invocation, parseInvocation } from '../../lib/invocation.ts';
import type { Result } from '../../lib/result.ts';
import { ofConnection, type Problem, problemIn, readReply } from '../api.ts';
import { claimReader, withClaimed } from '../claims.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed, usageError } from '../ending.ts';
import { readInputs } from '../inputs.ts';
import { readJson } from '../json-source.ts';
import type { Place } from '../place.ts';
import { findingLines, resultLine } from '../result-text.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends PlaceFlags {
  readonly connection: string;
  readonly input?: readonly string[];
  readonly request?: string;
  readonly id?: string;
  readonly async?: boolean;
  readonly resolve?: boolean;
  readonly preflight?: 'strict' | 'warn' | 'only';
  readonly claims: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

/** `manage invoke`: runs one operation by the API, and prints what ConnectWise answered. */
export function addInvoke(program: Command, context: Context): void {
  withPlace(program.command('invoke'))
    .description('run one operation and print what comes back')
    .argument('<operation>', "its operationId, GUID, or 'METHOD /path' in quotes")
    .option('-c, --connection <name>', 'which connection', 'acme')
    .option('-i, --input <name=value>', 'a URL parameter; name:=json for a value that is no text', collect)
    .option('-r, --request <json>', 'the payload: a file, - for standard input, or the JSON itself')
    .option('--id <id>', 'your own key: the same id is never executed twice')
    .option('--async', 'queue it: the result comes on the result queue')
    .option('--resolve', 'names in the request become ids')
    .addOption(
      new Option('--preflight <mode>', 'only: send nothing, show the request').choices([
        'strict',
        'warn',
        'only',
      ]),
    )
    .option('--no-claims', 'leave a response that is too large for an answer in S3, and say where it is')
    .option('-o, --output <file>', 'where the response goes; bytes are written as bytes')
    .addHelpText(
      'after',
      examples(
        'manage invoke getServiceTicketsById -i id=1',
        `manage invoke getServiceTickets -i 'conditions=closedFlag = false' -i pageSize=5`,
        'manage invoke postServiceTickets --request ticket.json --id erp-42',
        `manage invoke postServiceTickets --resolve --request '{"summary":"Printer","company":"Blue Ridge Clinics","board":"Service Desk"}'`,
        'manage invoke getFinanceInvoicesByIdPdf -i id=7 -i return=binary -o invoice.pdf',
        'manage invoke postServiceTickets --request ticket.json --preflight only',
      ),
    )
    .action((operation: string, flags: Flags) => invoke(operation, flags, context));
}

export const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** @throws CommandFailed where the invocation does not succeed. */
async function invoke(operation: string, flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  const message = await messageOf(operation, flags, terminal);
  const place = await placeOf(flags, context);
  const path = ofConnection(flags.connection, '/invocations');
  if (flags.async) return queue(message, path, place, terminal, flags.json ?? false);
  const startedMs = performance.now();
  const reply = await place.api.call('POST', path, { body: message });
  const tookMs = Math.round(performance.now() - startedMs);
  const read = readReply(reply);
  if ('problem' in read) {
    if (flags.json) terminal.print(JSON.stringify(reply.body, null, 2));
    throw problemFailure(read.problem, terminal, flags.json);
  }
  const result = flags.claims ? await withClaimed(read.result, claimReader(place.aws)) : read.result;
  if (flags.json) terminal.print(JSON.stringify(result, null, 2));
  else terminal.note(`${resultLine(result, terminal.colours)}  ${tookMs} ms`);
  if (!flags.json) for (const line of findingLines(result.warnings)) terminal.note(line);
  printResponse(result, flags, terminal);
}

async function messageOf(operation: string, flags: Flags, terminal: Terminal): Promise<string> {
  const { connection, id, resolve, preflight } = flags;
  const inputs = readInputs(flags.input ?? []);
  const request =
    flags.request === undefined ? undefined : await readJson(flags.request, '--request', terminal);
  const invocation: Invocation = {
    version: 1,
    ...(id !== undefined && { id }),
    connection,
    operationId: operation,
    ...(Object.keys(inputs).length > 0 && { inputs }),
    ...(request !== undefined && { request }),
    ...(preflight && { preflight }),
    ...(resolve && { resolve }),
  };
  const message = JSON.stringify(invocation);
  const parsed = parseInvocation(message);
  if (!parsed.valid) throw usageError(parsed.message);
  return message;
}

const queuedSchema = z.looseObject({ id: z.string(), connection: z.string() });

async function queue(
  message: string,
  path: string,
  { api }: Place,
  terminal: Terminal,
  asJson: boolean,
): Promise<void> {
  const headers = { prefer: 'respond-async' };
  const reply = await api.call('POST', path, { body: message, headers });
  const queued = queuedSchema.safeParse(reply.body);
  if (asJson) terminal.print(JSON.stringify(reply.body, null, 2));
  if (reply.status !== 202 || !queued.success) throw problemFailure(problemIn(reply), terminal, asJson);
  const { id, connection } = queued.data;
  if (asJson) return;
  terminal.print(id);
  terminal.note(
    `Queued. Its result comes on the result queue; manage explain ${id} -c ${connection} tells where it stands.`,
  );
}

/** What went wrong, for a person; a program has it on standard output already. */
function problemFailure(
  { reason, detail, findings, warnings }: Problem,
  terminal: Terminal,
  asJson = false,
): CommandFailed {
  const said = `${terminal.colours.bold(reason)}: ${detail}`;
  const all = asJson ? [] : (findings ?? []);
  // The detail of a single finding is its message.
  const lines = all.map(({ message, mend = '' }) => `  - ${all.length === 1 ? mend : `${message} ${mend}`}`);
  // What ConnectWise refused, preflight may have expected, with the name that was meant.
  const expected = asJson ? [] : findingLines(warnings);
  return new CommandFailed('failed', [said, ...lines, ...expected].join('\n'));
}

const bytesSchema = z.object({ base64: z.string(), contentType: z.optional(z.string()) });

/** The response, or the claim to it: as bytes where it is some and a file is named. */
function printResponse(result: Result, { output, json }: Flags, terminal: Terminal): void {
  const response = result.claim ?? result.response;
  const bytes = bytesSchema.safeParse(response);
  if (output !== undefined) {
    const content = bytes.success ? Buffer.from(bytes.data.base64, 'base64') : `${textOf(response)}\n`;
    writeFileSync(output, content);
    terminal.note(`Written to ${output} (${content.length} bytes).`);
  } else if (bytes.success && !json)
    terminal.note(
      `A file of ${Buffer.byteLength(bytes.data.base64, 'base64')} bytes came back. Give -o FILE to keep it.`,
    );
  else if (response !== undefined && !json) terminal.print(textOf(response));
}

const textOf = (response: unknown): string =>
  typeof response === 'string' ? response : JSON.stringify(response ?? null, null, 2);
