import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { ofConnection, problemIn } from '../api.ts';
import type { Inbox } from '../clients/queue.ts';
import { largeRead, tooSmall } from './api-steps.ts';
import { addressOf, idOf, messageOf, resultOf, runByApi, runByQueue, type Stage } from './stage.ts';
import type { Step, Verdict } from './step.ts';

const info = { operationId: 'getSystemInfo' };

const eventSource: Step = {
  title: 'The event source runs.',
  run: async (stage) => {
    const startedMs = stage.now();
    const result = await runByQueue(stage, 'queue', info);
    if (!result.succeeded) return { failed: result.failure?.message ?? 'The invocation failed.' };
    return { passed: `The result came after ${((stage.now() - startedMs) / 1000).toFixed(1)} s.` };
  },
};

const missing: Step = {
  title: 'A missing connection is told from a forbidden one.',
  run: async (stage) => {
    const connection = `smoke-${randomUUID()}`;
    const result = await runByQueue(stage, 'missing', { ...info, connection });
    const reason = result.failure?.reason;
    return reason === 'unknown_connection'
      ? { passed: 'A connection that is not there: unknown_connection.' }
      : { failed: `A connection that is not there: ${reason ?? 'the invocation succeeded'}.` };
  },
};

const queued: Step = {
  title: 'A queued call comes out.',
  run: async (stage) => {
    const { place, connection } = stage;
    const reply = await place.api.call('POST', ofConnection(connection, '/invocations'), {
      body: messageOf(stage, 'queued', info),
      headers: { prefer: 'respond-async' },
    });
    if (reply.status !== 202) return { failed: problemIn(reply).detail };
    const result = await resultOf(stage, 'queued');
    return result.succeeded
      ? { passed: '202, and its result came on the queue.' }
      : { failed: result.failure?.message ?? 'The invocation failed.' };
  },
};

const claims: Step = {
  title: 'Large results come by claim.',
  run: async (stage) => {
    const result = await runByQueue(stage, 'queue-claim', largeRead);
    if (!result.succeeded) return { failed: result.failure?.message ?? 'The invocation failed.' };
    if (!result.claim) return tooSmall;
    await stage.readClaim(result.claim);
    return { passed: `${result.claim.bytes} bytes, whose SHA-256 is the one that was claimed.` };
  },
};

const redriven: Step = {
  title: 'Dead letters go back.',
  run: async (stage) => {
    const deadLetters = stage.openDeadLetters();
    const invocations = stage.openInvocations();
    try {
      const { waiting, inFlight } = await deadLetters.counts();
      const others = waiting + inFlight;
      if (others > 0)
        return { skipped: `${others} dead letters wait, and would go back with ours: see manage dead list.` };
      return await redrive(stage, deadLetters, (await invocations.counts()).arn);
    } finally {
      invocations.close();
      deadLetters.close();
    }
  },
};

async function redrive(stage: Stage, deadLetters: Inbox, destinationArn: string): Promise<Verdict> {
  const message = messageOf(stage, 'dead', info);
  const why = await stage.deadLetters.bury(message, 'a smoke test', addressOf(stage));
  if (why !== undefined) return { failed: `Nothing can be put with the dead letters: ${why}.` };
  try {
    await deadLetters.moveAllTo(destinationArn);
    const result = await resultOf(stage, 'dead');
    return result.succeeded
      ? { passed: 'A message came back from the dead letters, and its result.' }
      : { failed: result.failure?.message ?? 'The invocation failed.' };
  } finally {
    await removeOurs(stage, deadLetters);
  }
}

/** Where the move did not take it, nobody else would know what the letter is. */
async function removeOurs(stage: Stage, deadLetters: Inbox): Promise<void> {
  const received = await deadLetters.receive(1, 5);
  const ours = received.filter(({ body }) => body.includes(idOf(stage, 'dead')));
  await deadLetters.delete(ours);
  await deadLetters.release(received.filter((letter) => !ours.includes(letter)));
}

/** What is made and removed again: a kind of note, which is a name and nothing else, and which no record has yet. */
const record = {
  create: 'postCompanyNoteTypes',
  list: 'getCompanyNoteTypes',
  remove: 'deleteCompanyNoteTypesById',
};

const created = z.object({ id: z.int() });

const once: Step = {
  title: 'A write happens once.',
  run: async (stage) => {
    if (!stage.mayWrite) return { skipped: 'It writes to ConnectWise: --write allows it.' };
    const name = `Smoke ${stage.run}`;
    const create = { operationId: record.create, request: { name } };
    try {
      const first = await runByApi(stage, messageOf(stage, 'write', create));
      if (!first.succeeded) return { failed: first.failure?.message ?? 'The invocation failed.' };
      const again = await runByQueue(stage, 'write', create);
      const ids = [first, again].map(({ response }) => created.safeParse(response).data?.id);
      const records = await recordsOf(stage, name, 'write-list');
      const isOne = records.length === 1 && ids.every((id) => id === records[0]);
      const seen = `${records.length} records, and results with the ids ${ids.join(' and ')}`;
      return isOne
        ? { passed: 'Sent by the API and by the queue with one id: one record, which is removed again.' }
        : { failed: `Sent by the API and by the queue with one id: ${seen}.` };
    } finally {
      await removeRecords(stage, name);
    }
  },
};

async function recordsOf(stage: Stage, name: string, as: string): Promise<readonly number[]> {
  const list = { operationId: record.list, inputs: { conditions: `name = "${name}"` } };
  const { succeeded, failure, response } = await runByApi(stage, messageOf(stage, as, list));
  if (!succeeded) throw new Error(`The note type '${name}' cannot be looked for: ${failure?.message}`);
  return z
    .array(created)
    .parse(response)
    .map(({ id }) => id);
}

/** By the API, so that nothing is left to do where the queue is not worked on. */
async function removeRecords(stage: Stage, name: string): Promise<void> {
  for (const id of await recordsOf(stage, name, 'write-leftover')) {
    const remove = { operationId: record.remove, inputs: { id } };
    const { succeeded, failure } = await runByApi(stage, messageOf(stage, `write-remove-${id}`, remove));
    if (!succeeded)
      throw new Error(
        `The note type '${name}' (${id}) stays in ConnectWise, remove it there: ${failure?.message}`,
      );
  }
}

export const queueSteps: readonly Step[] = [eventSource, missing, queued, claims, redriven, once];
