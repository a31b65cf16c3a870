import { succeededIds } from '../../local/batch-response.ts';
import { createDice, type Dice } from '../../simulator/dice.ts';
import { audit, type Verdict } from './audit.ts';
import { eventOf } from './event-source.ts';
import { connectionNames, type Plan, plansOf } from './plan.ts';
import type { Processes } from './processes.ts';
import type { SeenMessage } from './register.ts';
import { createSightings, type Sightings } from './sightings.ts';
import type { Stage } from './stage.ts';
import { standing } from './standing.ts';

/** So many workers are killed in each history; another one brings it to its end. */
const killsEach = 2;
/** A new process takes about so long for its first batch on this kind of machine. */
const killWithinMs = 120;
/** Far more rounds than anything takes to come to rest. */
const mostRounds = 60;
/** Longer than a message is out of sight, and than the longest horizon. */
const betweenRoundsMs = 721_000;

export interface Killed {
  readonly verdict: Verdict;
  /** Processes that were ended before they had answered. */
  readonly kills: number;
}

/** Plays one history whose workers are processes, and really kills some of them at any moment. */
export async function playKilling(seed: number, stage: Stage, processes: Processes): Promise<Killed> {
  const { clock, simulator, queues } = stage;
  const dice = createDice(seed, 'killing');
  clock.serverAheadMs = 0;
  simulator.controls.reset();
  for (const queue of Object.values(queues)) queue.purge();
  for (const name of connectionNames) await stage.connect(name, simulator.credentials.password);
  const sightings = createSightings(() => clock.nowMs, clock.nowMs, false);
  // A copy of a record can be told from another copy by nothing that could be asked for.
  const plans = plansOf('k', seed).filter(({ kind, id }) => kind !== 'action' && id !== undefined);
  const messages = plans.flatMap((plan) => put(plan, stage, dice));
  let kills = 0;
  for (let round = 0; round < mostRounds && waitingIn(stage) > 0; round++) {
    const killAfterMs = round < killsEach ? dice.whole(0, killWithinMs) : undefined;
    const isKilled = !(await deliver(messages, killAfterMs, stage, processes));
    if (isKilled) for (const { connection, id } of plans) sightings.doubted.add(`${connection}/${id}`);
    if (isKilled) kills += 1;
    clock.nowMs += betweenRoundsMs;
  }
  await lookAround(plans, sightings, stage);
  const results = queues.results
    .receive(100_000)
    .map(({ body }): Record<string, unknown> => JSON.parse(body));
  const seen = { messages, results, deadLetters: [] };
  return { verdict: audit({ sightings, plans }, [], seen, waitingIn(stage) === 0), kills };
}

/** Delivers a batch. @returns whether it was answered. */
async function deliver(
  messages: readonly SeenMessage[],
  killAfterMs: number | undefined,
  { queues }: Stage,
  processes: Processes,
): Promise<boolean> {
  const batch = queues.invocations.receive(10);
  const ids = batch.map(({ id }) => id);
  for (const message of messages) if (ids.includes(message.id)) message.receives += 1;
  const event = eventOf(batch);
  const text = await (killAfterMs === undefined
    ? processes.run(event)
    : processes.runAndKill(event, killAfterMs));
  if (text === undefined) return false;
  const done = succeededIds({ succeeded: true, text }, ids, true);
  for (const { id, receiptHandle } of batch) if (done.includes(id)) queues.invocations.remove(receiptHandle);
  return true;
}

/** What stands in ConnectWise, and what it was sent twice. */
async function lookAround(plans: readonly Plan[], sightings: Sightings, stage: Stage): Promise<void> {
  for (const plan of plans)
    sightings.effects.push(...Array<string>(await standing(plan, stage)).fill(plan.tag));
  for (const { copy, operation, id } of stage.simulator.controls.state().writes)
    if (copy > 1) sightings.sentAgain.push(`${operation} ${id}`);
}

function put(plan: Plan, { queues }: Stage, dice: Dice): SeenMessage[] {
  const message = { body: plan.body, attributes: {}, group: plan.connection, delaySeconds: undefined };
  return Array.from({ length: dice.chance(0.3) ? 2 : 1 }, () => {
    return { id: queues.invocations.send(message).id, plan, receives: 0 };
  });
}

function waitingIn({ queues }: Stage): number {
  const { visible, inFlight, delayed } = queues.invocations.count();
  return visible + inFlight + delayed;
}
