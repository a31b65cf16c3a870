import type { SQSEvent } from 'aws-lambda';
import { queueHandler } from '../../functions/queue.ts';
import { succeededIds } from '../../local/batch-response.ts';
import type { QueuedMessage } from '../../local/queue.ts';
import { queueArn } from '../../local/queues.ts';
import { delivered } from '../../local/sqs-message.ts';
import { sqsRecord } from '../../local/sqs-record.ts';
import type { World } from './outside.ts';
import type { Plan } from './plan.ts';
import { createRegister, planOfBody, type Register, type SeenMessage } from './register.ts';
import { queueNames } from './stage.ts';
import type { Actor } from './turns.ts';
import type { Task, Workforce } from './workforce.ts';

interface DeadLetter {
  readonly plan: Plan | undefined;
  readonly body: string;
}

/** What came out of the queues. */
export interface Seen {
  readonly messages: readonly SeenMessage[];
  /** The results as they lay on their queue. */
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly deadLetters: readonly DeadLetter[];
}

export interface EventSource {
  put(plan: Plan): void;
  /** Says of something that will put messages on the queue that it is still to come. */
  expect(isComing: () => boolean): void;
  /** Sends the dead letters again, as a redrive does: under new message ids. */
  redrive(): void;
  begin(): void;
  collect(): void;
  seen(): Seen;
}

const maxConcurrency = 4;
const stormyPollMs = { from: 200, to: 8_000 };
const calmPollMs = 20_000;
/** Standard queues deliver at least once: the second time may come at once, or much later. */
const doubledAtOnce = 0.06;
const doubledLater = 0.06;
const laterMs = 60 * 60_000;

/** Feeds the invocation queue to workers, as Lambda does, and as badly as SQS may. */
function createFeed(world: World, workforce: Workforce, register: Register, isComing: () => boolean) {
  const { turns, dice, sightings, weather, stage } = world;
  const { invocations } = stage.queues;
  const { note, nameOf } = register;
  /** Copies that SQS will deliver though they were deleted. */
  let echoes = 0;

  const remove = (message: QueuedMessage) => {
    const effect = async () => invocations.remove(message.receiptHandle);
    return turns.take({ actor: lambda, name: 'delete', effect }, async () => {
      const mishap = weather.call('queue', turns.now());
      sightings.tell(`  delete ${nameOf(message.id)} ${mishap ?? ''}`);
      if (mishap === 'lost') return;
      await effect();
      if (weather.isCalm || !dice.chance(doubledLater)) return;
      echoes += 1;
      turns.after(dice.whole(0, laterMs), () => {
        echoes -= 1;
        sightings.tell(`SQS delivers ${nameOf(message.id)} again`);
        invocations.adopt(message, undefined);
      });
    });
  };
  const run = async (batch: readonly QueuedMessage[], { worker, services, context, isOver }: Task) => {
    const names = batch.map(({ id, receiveCount }) => `${nameOf(id)} (${receiveCount})`);
    sightings.tell(`${worker.name} receives ${names.join(', ')}`);
    const response = await queueHandler(() => services)(eventOf(batch), context).then(
      (value) => ({ succeeded: true, text: JSON.stringify(value) }) as const,
      () => undefined,
    );
    sightings.tell(`${worker.name} ends: ${response ? 'answered' : 'failed'}`);
    if (!response || isOver()) return;
    const done = succeededIds(
      response,
      batch.map(({ id }) => id),
      true,
    );
    void Promise.all(batch.filter(({ id }) => done.includes(id)).map(remove));
  };
  const poll = () => {
    const batch = workforce.busy < maxConcurrency ? invocations.receive(dice.whole(1, 10)) : [];
    for (const message of batch) {
      const seen = note(message.id, message.body);
      if (seen) seen.receives += 1;
      if (!weather.isCalm && dice.chance(doubledAtOnce)) invocations.hide(message.receiptHandle, 0);
    }
    if (batch.length > 0) workforce.hire('queue', (task) => run(batch, task));
    const { visible, inFlight, delayed } = invocations.count();
    const isBusy = visible + inFlight + delayed + echoes + workforce.busy > 0;
    if (!weather.isCalm || isBusy || isComing())
      turns.after(weather.isCalm ? calmPollMs : dice.whole(stormyPollMs.from, stormyPollMs.to), poll);
  };
  return { begin: poll };
}

/** The queues as callers, people and the audit use them. */
export function createEventSource(world: World, workforce: Workforce): EventSource {
  const { sightings, stage, plans } = world;
  const { invocations, deadLetters, results } = stage.queues;
  const register = createRegister(plans);
  const collected: Readonly<Record<string, unknown>>[] = [];
  const letters: DeadLetter[] = [];
  const expected: (() => boolean)[] = [];
  const feed = createFeed(world, workforce, register, () => expected.some((it) => it()));
  const send = (body: string, attributes: QueuedMessage['attributes'], plan: Plan) =>
    register.note(
      invocations.send({ body, attributes, group: plan.connection, delaySeconds: undefined }).id,
      body,
      plan,
    );
  return {
    put: (plan) => {
      const seen = send(plan.body, {}, plan);
      sightings.tell(
        `${plan.kind} ${plan.tag} is put on the queue as ${seen ? register.nameOf(seen.id) : ''}`,
      );
    },
    expect: (isComing) => expected.push(isComing),
    redrive: () => {
      for (const { body, attributes, receiptHandle } of deadLetters.receive(1_000)) {
        const plan = planOfBody(plans, body);
        deadLetters.remove(receiptHandle);
        // Without an id of the caller's, a new message is a new invocation: nobody should redrive it blindly.
        if (plan?.id === undefined) {
          letters.push({ plan, body });
          continue;
        }
        sightings.tell(`${plan.tag} is redriven`);
        const { why: _, ...others } = attributes;
        send(body, others, plan);
      }
    },
    begin: feed.begin,
    collect: () => {
      for (const { body } of results.receive(100_000)) collected.push(JSON.parse(body));
      for (const { body } of deadLetters.receive(100_000))
        letters.push({ plan: planOfBody(plans, body), body });
    },
    seen: () => ({ messages: register.all(), results: collected, deadLetters: letters }),
  };
}

const lambda: Actor = { name: 'Lambda', isMortal: false, isDead: false, frozenUntilMs: 0 };

/** A batch as Lambda hands it over. */
export function eventOf(batch: readonly QueuedMessage[]): SQSEvent {
  return {
    Records: batch.map((message) =>
      sqsRecord(delivered(message, ['All'], ['All']), queueArn(queueNames.invocations)),
    ),
  };
}
