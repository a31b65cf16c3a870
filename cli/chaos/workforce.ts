import type { Context } from 'aws-lambda';
import { createServices, type Services } from '../../functions/services.ts';
import type { Settings } from '../../functions/settings.ts';
import { contextOf } from './lambda-context.ts';
import { executeLate } from './line.ts';
import { outsideOf, type Worker, type World } from './outside.ts';
import { prefix, stateTable } from './stage.ts';
import type { Actor } from './turns.ts';

/** What a function is given of time, as infra/ sets it. */
const limitMs = { queue: 120_000, api: 29_000 } as const;
/** What was asked for by a worker that died may still happen for so long. */
const lingersMs = 5_000;
/** Lambda freezes a worker whose time is over; the next invocation lets it go on where it was. */
const thawsAfterMs = { from: 60_000, to: 30 * 60_000 };

/** How line.ts names what goes to ConnectWise. */
const sending = ' sends ';

/** Something that a worker does. */
export interface Task {
  readonly worker: Worker;
  readonly services: Services;
  readonly context: Context;
  /** Nobody listens any more: Lambda has told its caller that it timed out. */
  readonly isOver: () => boolean;
}

export interface Workforce {
  /** Gives work to a warm worker, or to a new one. */
  hire(door: Worker['door'], work: (task: Task) => Promise<void>): void;
  /** Ends a worker wherever it is; whatever it had asked for may still happen, or not. */
  kill(actor: Actor): void;
  readonly busy: number;
}

export function createWorkforce(world: World): Workforce {
  const { turns, dice, sightings, weather } = world;
  const idle: Worker[] = [];
  const working = new Map<Actor, Worker>();
  const servicesOf = new Map<Worker, Services>();
  let hired = 0;

  const found = (door: Worker['door']): Worker => {
    const place = dice.chance(0.7) ? idle.findIndex((it) => it.door === door) : -1;
    const [warm] = place < 0 ? [] : idle.splice(place, 1);
    if (warm) return warm;
    hired += 1;
    const worker = newWorker(door, hired, dice);
    servicesOf.set(worker, createServices(settings(world), outsideOf(worker, world)));
    return worker;
  };
  const kill = (actor: Actor) => {
    const worker = working.get(actor);
    actor.isDead = true;
    if (!worker) return;
    sightings.tell(`${worker.name} DIES`);
    leaveBehind(worker, world);
    working.delete(worker);
  };
  /** Its time is over: Lambda ends it, or lets it go on much later as if nothing had been. */
  const expire = (worker: Worker) => {
    // A request that was on its way when its worker froze is not sent half an hour later.
    const isSending = turns.pending(worker).some(({ name }) => name.includes(sending));
    if (weather.isCalm || isSending || dice.chance(0.5)) return kill(worker);
    sightings.tell(`${worker.name} is out of time and frozen`);
    for (const key of worker.touched) sightings.doubted.add(key);
    worker.frozenUntilMs = turns.now() + dice.whole(thawsAfterMs.from, thawsAfterMs.to);
  };
  const hire: Workforce['hire'] = (door, work) => {
    const worker = found(door);
    const services = servicesOf.get(worker);
    if (!services) throw new Error(`${worker.name} was never made.`);
    worker.touched.clear();
    working.set(worker, worker);
    const endsAtMs = turns.now() + limitMs[door];
    let isDone = false;
    turns.after(limitMs[door], () => {
      if (!isDone && working.has(worker)) expire(worker);
    });
    const isOver = () => turns.now() >= endsAtMs;
    const context = contextOf(`${worker.name} ${turns.now()}`, () => endsAtMs - turns.now());
    void work({ worker, services, context, isOver }).then(() => {
      isDone = true;
      if (working.delete(worker)) idle.push(worker);
    });
  };
  return {
    hire,
    kill,
    get busy() {
      return working.size;
    },
  };
}

function newWorker(door: Worker['door'], number: number, dice: World['dice']): Worker {
  const name = `${door} worker ${number}`;
  const aheadMs = dice.whole(-1_000, 1_000);
  const state = { isMortal: true, isDead: false, frozenUntilMs: 0 };
  return { name, door, aheadMs, touched: new Set(), failures: new Map(), ...state };
}

/** Of what a dead worker had asked for, each thing still happens or does not. */
function leaveBehind(worker: Worker, world: World): void {
  const { turns, dice, sightings } = world;
  for (const key of worker.touched) sightings.doubted.add(key);
  for (const { name, effect } of turns.pending(worker)) {
    const isSend = name.includes(sending);
    if (isSend && dice.chance(0.5)) executeLate(effect, name, world);
    else if (!isSend && dice.chance(0.5))
      turns.after(dice.whole(0, lingersMs), async () => {
        sightings.tell(`  lingering: ${name}`);
        await effect().catch(() => undefined);
      });
  }
}

/** Only the allowed hosts are read: everything else that settings name is handed in. */
const settings = ({ stage }: World): Settings => ({
  claimsBucket: 'claims',
  connectionPrefix: prefix,
  stateTable: stateTable.name,
  allowedHosts: [stage.simulator.url],
  invocationQueueUrl: stage.gateway.endpoint,
  resultQueueUrl: undefined,
  deadLetterQueueUrl: undefined,
  maxCallsPerMinute: undefined,
  grantingClaim: undefined,
  connectionPathsOnly: false,
  catalogueFolder: '',
});
