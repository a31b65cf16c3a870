import { createDice } from '../../simulator/dice.ts';
import { audit, type Verdict } from './audit.ts';
import { callDirectly } from './bystander.ts';
import { createCallers } from './callers.ts';
import { createEventSource } from './event-source.ts';
import type { World } from './outside.ts';
import { connectionNames, plansOf } from './plan.ts';
import { createSightings } from './sightings.ts';
import type { Stage } from './stage.ts';
import { createTurns } from './turns.ts';
import { createWeather } from './weather.ts';
import { createWorkforce } from './workforce.ts';

/** The weather is bad for so long, in a world where nobody really waits. */
const stormMs = { from: 5 * 60_000, to: 40 * 60_000 };
/** Far more steps than any seed needs: one that does not come to rest is a fault of its own. */
const mostSteps = 60_000;
/** Further back than clocks differ. */
const longAgoMs = 60_000;
/** One seed in so many goes over the wire: the SDK's clients, SQS's protocol and dynalite. */
const wireEvery = 8;

interface Played {
  readonly seed: number;
  readonly verdict: Verdict;
  readonly story: readonly string[];
}

/** Plays one seed from its first message until everything is quiet, and audits what it came to. */
export async function play(seed: number, stage: Stage, isTold = false): Promise<Played> {
  const dice = createDice(seed, 'history');
  const { clock, simulator, queues } = stage;
  simulator.controls.reset();
  for (const queue of Object.values(queues)) queue.purge();
  const startMs = clock.nowMs;
  clock.serverAheadMs = dice.pick([0, 0, -90_000, 45_000, 7_200_000]);
  const sightings = createSightings(() => clock.nowMs, startMs, isTold);
  const weather = createWeather(seed, startMs);
  const turns = createTurns({
    clock,
    dice: createDice(seed, 'turns'),
    fateOf: weather.fateOf,
    kill: (actor) => workforce.kill(actor),
  });
  const world: World = {
    stage,
    reach: stage.reach(seed % wireEvery === 0),
    plans: plansOf('s', seed),
    turns,
    weather,
    sightings,
    dice,
    keys: new Map(),
    hidden: new Map(),
    creationLagMs: dice.pick([0, 0, 5_000, 20_000]),
  };
  const workforce = createWorkforce(world);
  await precede(world);
  for (const name of connectionNames) await rotate(name, world);
  const source = createEventSource(world, workforce);
  const callers = createCallers(world, workforce, source);
  callers.begin();
  disturb(world);
  turns.after(dice.whole(stormMs.from, stormMs.to), () => {
    sightings.tell('the weather is calm from now on');
    weather.calm();
  });
  source.begin();
  let steps = 0;
  while ((await turns.step()) && steps < mostSteps) steps += 1;
  source.collect();
  const verdict = audit(world, callers.heard(), source.seen(), steps < mostSteps);
  return { seed, verdict, story: sightings.story };
}

/** A connection gets a new key, and its old one is not good any more. */
async function rotate(name: string, { stage, keys, dice }: World): Promise<void> {
  const key = `key-${dice.whole(1, 1_000_000)}`;
  await stage.connect(name, key);
  keys.set(name, key);
}

/** What others do to the same ConnectWise meanwhile: upgrades, keys, and changes of the same records. */
function disturb(world: World): void {
  const { turns, dice, sightings, stage, plans } = world;
  const soon = () => dice.whole(0, 10 * 60_000);
  if (dice.chance(0.3))
    turns.after(soon(), () => {
      sightings.tell('the codebase rolls');
      stage.simulator.rollCodebase(`v2026_${dice.whole(2, 9)}/`);
    });
  for (const name of connectionNames.filter(() => dice.chance(0.15)))
    turns.after(soon(), async () => {
      sightings.tell(`the key of ${name} is rotated`);
      await rotate(name, world);
    });
  for (const { record, kind } of plans)
    if (record !== undefined && kind !== 'action' && dice.chance(0.1))
      turns.after(soon(), () => change(record, world));
}

/** Records of long ago that look like those that are to be made: their keys were used before. */
async function precede({ plans, dice, stage, sightings }: World): Promise<void> {
  const keyed = plans.filter(
    ({ kind }) => kind === 'create with a natural key' || kind === 'create with confirm',
  );
  for (const { tag, body } of keyed.filter(() => dice.chance(0.4))) {
    const { request }: { readonly request?: unknown } = JSON.parse(body);
    await callDirectly('POST', '/service/tickets', stage, request);
    sightings.tell(`somebody else made what ${tag} looks like`);
  }
  stage.clock.nowMs += longAgoMs;
}

async function change(record: string, { stage, sightings }: World): Promise<void> {
  sightings.tell(`somebody else changes ${record}`);
  sightings.disturbed.add(record);
  const patch = [{ op: 'replace', path: 'summary', value: 'changed by somebody else' }];
  await callDirectly('PATCH', record, stage, patch);
}
