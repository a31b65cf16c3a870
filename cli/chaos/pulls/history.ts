import type { Catalogue } from '../../../lib/catalogue/catalogue.ts';
import type { ManageRequest } from '../../../lib/request.ts';
import type { Sent } from '../../../lib/response.ts';
import { createDice } from '../../../simulator/dice.ts';
import { createEventSource } from '../event-source.ts';
import type { World } from '../outside.ts';
import { mostPlans, type Plan } from '../plan.ts';
import { createSightings } from '../sightings.ts';
import { openStage, type Stage } from '../stage.ts';
import { type Asked, createTurns, type Turns } from '../turns.ts';
import { createWeather } from '../weather.ts';
import { createWorkforce } from '../workforce.ts';
import { createPeople } from './people.ts';
import { collections, invocationOf, type Setting, settingOf, withoutStamps } from './setting.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A pull is many calls, so that less of each may go wrong than of a write, or none would ever end. */
const climate = {
  death: [0, 0, 0.002, 0.005, 0.015],
  call: [0, 0, 0.01, 0.04],
  send: [0, 0, 0.02, 0.08],
} as const;
/** After every stamp of the records that the simulator begins with. */
const startMs = Date.UTC(2027, 0, 1);
const stormMs = { from: 5 * 60_000, to: 25 * 60_000 };
/** What is away comes back (weather.ts). */
const longestOutageMs = 2 * 60 * 60_000;
const freezing = { share: 0.003, forMs: { from: 30_000, to: 15 * 60_000 } };
/** Far more than any seed needs. */
const mostSteps = 60_000;
/** One seed in so many goes over the wire. */
const wireEvery = 8;

interface PlayedPulls {
  readonly setting: Setting;
  readonly verdict: Verdict;
  readonly story: readonly string[];
}

/** The stages of all settings, each opened when it is first needed: the lag is the simulator's from its start. */
export function openStages(catalogue: Catalogue) {
  const open = new Map<string, Promise<Stage>>();
  const stageOf = ({ kind, lagMs }: Setting): Promise<Stage> => {
    const key = `${kind} ${lagMs}`;
    const asked = kind === 'tickets without lastUpdated' ? withoutStamps(catalogue) : catalogue;
    const lag = { writeLagMs: lagMs, deletionLagMs: lagMs };
    const stage = open.get(key) ?? openStage(asked, { ...lag, mutatedPaths: [collections[kind].path] });
    open.set(key, stage);
    return stage;
  };
  const close = async () => {
    for (const stage of await Promise.all(open.values())) await stage.close();
  };
  return { stageOf, close };
}

export type Stages = ReturnType<typeof openStages>;

/** Plays one seed: pulls one after another and at once while everything goes wrong, and a last one when the dust has settled. */
export async function playPulls(seed: number, stages: Stages, isTold = false): Promise<PlayedPulls> {
  const dice = createDice(seed, 'pulls');
  const setting = settingOf(dice);
  const stage = asked(await stages.stageOf(setting), setting);
  const { clock, simulator, queues } = stage;
  Object.assign(clock, { nowMs: startMs, serverAheadMs: setting.serverAheadMs });
  simulator.controls.reset();
  for (const queue of Object.values(queues)) queue.purge();
  const sightings = createSightings(() => clock.nowMs, clock.nowMs, isTold);
  sightings.tell(JSON.stringify(setting));
  const weather = createWeather(seed, clock.nowMs, climate);
  const plans = plansOf(seed, setting);
  const ended = { killed: 0, frozen: 0 };
  const turns: Turns = createTurns({
    clock,
    dice: createDice(seed, 'turns'),
    fateOf: (it) => {
      if (setting.isFreezing) freeze(it);
      return weather.fateOf(it);
    },
    kill: (actor) => {
      ended.killed += 1;
      workforce.kill(actor);
    },
  });
  /** Its call is made, and it goes on much later: a worker that nobody counts on any more. */
  const freeze = ({ actor }: Asked) => {
    if (weather.isCalm || !actor.isMortal || !dice.chance(freezing.share)) return;
    ended.frozen += 1;
    sightings.tell(`${actor.name} is frozen`);
    actor.frozenUntilMs = clock.nowMs + dice.whole(freezing.forMs.from, freezing.forMs.to);
  };
  const reach = stage.reach(seed % wireEvery === 0);
  const shared = { keys: new Map<string, string>(), hidden: new Map<string, number>(), creationLagMs: 0 };
  const world: World = { stage, reach, plans, turns, weather, sightings, dice, ...shared };
  const workforce = createWorkforce(world);
  await stage.connect('acme', 'key');
  world.keys.set('acme', 'key');
  const source = createEventSource(world, workforce);
  const people = createPeople(world, setting, mostPlans);
  const [last, ...others] = plans;
  schedule(others, world, source.put);
  people.begin();
  turns.after(dice.whole(stormMs.from, stormMs.to), () => {
    sightings.tell('the weather is calm from now on');
    weather.calm();
  });
  const rests = [await untilQuiet(world, source.begin)];
  source.redrive();
  rests.push(await untilQuiet(world, source.begin));
  clock.nowMs += longestOutageMs + setting.lagMs;
  if (last) source.put(last);
  rests.push(await untilQuiet(world, source.begin));
  source.collect();
  const seen = source.seen();
  const isQuiet = rests.every((it) => it);
  const verdict = await verdictOf({ world, setting, people, seen, isQuiet, ...ended });
  return { setting, verdict, story: sightings.story };
}

/** Lets things happen until nothing is left that could. @returns false where that takes too long. */
async function untilQuiet({ turns }: World, begin: () => void): Promise<boolean> {
  begin();
  for (let steps = 0; steps < mostSteps; steps++) if (!(await turns.step())) return true;
  return false;
}

/** At any time of the storm: some while another is at work, some twice. */
function schedule(plans: readonly Plan[], { turns, dice }: World, put: (plan: Plan) => void): void {
  let atMs = 0;
  for (const plan of plans) {
    turns.after(atMs, () => put(plan));
    if (dice.chance(0.15)) turns.after(atMs + dice.whole(0, 10 * 60_000), () => put(plan));
    atMs += dice.pick([0, 20_000, 120_000, 300_000]);
  }
}

/** The last one first: it is sent when all others are over. */
function plansOf(seed: number, setting: Setting): readonly Plan[] {
  return Array.from({ length: setting.pulls + 1 }, (_, place) => {
    const id = `pull-${seed}-${place}-`;
    const body = JSON.stringify(invocationOf(setting, id));
    return { tag: id, id, connection: 'acme', body, kind: 'pull', lookUp: undefined };
  });
}

/** A ConnectWise that does not filter by id, where its own walk is to be taken (connectwise-api.md §3.3, §4.8). */
function asked(stage: Stage, { way }: Setting): Stage {
  if (way !== 'forward-only') return stage;
  const send: Stage['manage']['send'] = async (request, ...rest) =>
    isById(request) ? refusal : stage.manage.send(request, ...rest);
  return { ...stage, manage: { ...stage.manage, send } };
}

const isById = ({ query }: ManageRequest): boolean =>
  /\bid (?:>|<=|in)/.test(new URLSearchParams(query).get('conditions') ?? '');

const refusal: Sent = {
  kind: 'response',
  response: {
    status: 400,
    headers: new Headers({ 'content-type': 'application/json' }),
    bytes: Buffer.from('{"code":"ApiFindCondition","message":"id is not a recognized name."}'),
  },
};
