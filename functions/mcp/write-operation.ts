import * as z from 'zod/mini';
import { described } from '../../lib/described.ts';
import { keyOf } from '../../lib/journal.ts';
import { writes } from '../../lib/request.ts';
import type { Result } from '../../lib/result.ts';
import { standingOf } from '../standing.ts';
import {
  type Addressed,
  address,
  callShape,
  execute,
  failureOf,
  resultMembers,
  resultShape,
} from './calling.ts';
import { confirmableMs, objection, type Proposal, tokenFor, writeId } from './confirmation.ts';
import { unspoken } from './permission.ts';
import { answer, defineTool, refusal, type Told, type Visit } from './tool.ts';

const input = z.strictObject({
  ...callShape,
  confirm: described(
    z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
    `The token of the dry run, within ${confirmableMs / 60_000} minutes, with the same other arguments. Absent: a dry run, which sends nothing.`,
  ),
  key: described(
    z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
    'A word of your own, where the very same write shall happen once more: equal arguments with an equal key happen once.',
  ),
});

const output = z.strictObject({
  status: described(z.enum(['dry_run', 'done']), 'dry_run: nothing was sent.'),
  id: described(z.string(), 'The id of the write; invocation_status tells where it stands.'),
  operationId: z.string(),
  confirm: described(
    z.optional(z.string()),
    'Of a dry run: call again with it, and the request is sent, once.',
  ),
  before: described(
    z.optional(z.string()),
    'This very write is known already: confirming gives its result again and sends nothing.',
  ),
  ...resultShape,
});

export const writeOperation = defineTool({
  name: 'write_operation',
  title: 'Write to ConnectWise Manage',
  description: `Runs an operation that writes, in two calls. The first sends nothing: it answers the request as it would be sent, with warnings and a token.
Show that to your user. The second call, with the same arguments and confirm: TOKEN, sends it; however often it is made, it happens once.
The connection's policy says what may be written; what it does not allow is refused.`,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  input,
  output,
  run: async ({ confirm, key, ...asked }, visit) => {
    const addressed = address(asked, visit);
    if ('kind' in addressed) return addressed;
    const { operation, invocation } = addressed;
    if (!writes(operation))
      return refusal(`not_a_write: ${operation.operationId} reads. Call read_operation with it.`);
    const found = await visit.services.connections.find(invocation.connection);
    if (!found.found) return refusal(`${found.failure.reason}: ${found.failure.message}`);
    const why = unspoken(found.connection, operation);
    if (why !== undefined) return refusal(why);
    const id = writeId(operation, invocation, key);
    const dry = await execute(id, { ...invocation, preflight: 'only' }, visit);
    if (dry.kind !== 'result' || !dry.result.succeeded) return failureOf(dry);
    const proposal = { id, rendered: dry.result.response };
    if (confirm === undefined) return dryRun(addressed, proposal, dry.result, visit);
    const wrong = objection(confirm, proposal, visit.services.now());
    return wrong === undefined
      ? send(addressed, id, visit)
      : refusal(`not_confirmed: Nothing was sent. ${wrong} Call without 'confirm' for a new dry run.`);
  },
});

async function dryRun(
  { operation, invocation }: Addressed,
  proposal: Proposal,
  result: Result,
  visit: Visit,
): Promise<Told> {
  const { id } = proposal;
  const before = await knownBefore(invocation.connection, id, visit);
  return answer({
    status: 'dry_run',
    id,
    operationId: operation.operationId,
    confirm: tokenFor(proposal, visit.services.now()),
    ...(before !== undefined && { before: `${before} To write it once more, give a 'key' of your own.` }),
    ...resultMembers(result, operation, {}),
  });
}

async function send({ operation, invocation }: Addressed, id: string, visit: Visit): Promise<Told> {
  const { operationId } = operation;
  const before = await knownBefore(invocation.connection, id, visit);
  const outcome = await execute(id, invocation, visit);
  if (outcome.kind === 'result' && outcome.result.succeeded) {
    const known = before !== undefined && { before };
    const members = resultMembers(outcome.result, operation, invocation.inputs);
    return answer({ status: 'done', id, operationId, ...known, ...members });
  }
  const told = failureOf(outcome);
  if (told.kind === 'answer') return told;
  const advice = `The id of this write is ${id}: invocation_status tells where it stands.`;
  return refusal([told.sentence, ...(before === undefined ? [] : [before]), advice].join('\n'));
}

/** What the journal knows of this write before it is run; undefined where it was never sent. */
async function knownBefore(connection: string, id: string, { services }: Visit): Promise<string | undefined> {
  const entry = await services.journal.find(keyOf(connection, id));
  const standing = entry && standingOf(entry, services.now());
  if (!entry || !standing || standing.status === 'queued') return undefined;
  if (standing.status !== 'done')
    return `This very write was sent at ${standing.sentAt} and is ${standing.status === 'running' ? 'still running' : 'in doubt'}.`;
  if (entry.state === 'done' && !entry.executed) return undefined;
  const how = standing.result.succeeded ? 'succeeded' : `failed (${standing.result.failure?.reason})`;
  return `This very write was run before: it ${how} at ${standing.doneAt}. Confirming it gives that result again and sends nothing.`;
}
