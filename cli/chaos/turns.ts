import { setImmediate } from 'node:timers/promises';
import type { Dice } from '../../simulator/dice.ts';

/** Somebody who takes turns: a worker, or the world itself. */
export interface Actor {
  readonly name: string;
  /** Workers are killed, the world is not. */
  readonly isMortal: boolean;
  /** It is gone: what it asked for never returns. */
  isDead: boolean;
  /** Until then it does not go on: its process was frozen, as Lambda does between two invocations. */
  frozenUntilMs: number;
}

/** What is asked of the outside and has not been done yet. */
export interface Asked {
  readonly actor: Actor;
  readonly name: string;
  /** What it does out there, without anything that goes wrong on the way. */
  readonly effect: () => Promise<unknown>;
}

/** A world in which one thing happens at a time, in an order that the seed decides, on a clock that nobody waits for. */
export interface Turns {
  now(): number;
  /** Resolves with what `act` comes to when its turn has come; never, where its actor is dead by then. */
  take<T>(asked: Asked, act: () => Promise<T>): Promise<T>;
  sleep(actor: Actor, waitMs: number): Promise<void>;
  /** Lets something happen by itself. */
  after(waitMs: number, act: () => Promise<void> | void): void;
  /** What an actor has asked for and not got. */
  pending(actor: Actor): readonly Asked[];
  /** Lets one thing happen. @returns false where nothing is left that could. */
  step(): Promise<boolean>;
  /** Says that somebody is at work in a thread for a moment, and will ask for something by that name then. */
  brace(name: string): void;
}

interface Turn {
  readonly asked: Asked;
  readonly run: () => Promise<void>;
}

interface Timer {
  readonly atMs: number;
  readonly act: () => Promise<void> | void;
}

/** How long a call to the outside takes, in milliseconds. */
const latencyMs = { from: 2, to: 250 };
/** The longest that is waited for what was braced for, in real time: gzip of a large result runs in a thread. */
const longestBraceMs = 5_000;

interface TurnsParts {
  /** The clock that everybody is given. */
  readonly clock: { nowMs: number };
  readonly dice: Dice;
  /** Is asked before every turn whether its actor survives it. */
  readonly fateOf: (asked: Asked) => 'live' | 'die before' | 'die after';
  readonly kill: (actor: Actor) => void;
}

export function createTurns({ clock, dice, fateOf, kill }: TurnsParts): Turns {
  let braced: string | undefined;
  let turns: Turn[] = [];
  const timers = createTimers(clock);

  const take = <T>(asked: Asked, act: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const run = async () => {
        const fate = fateOf(asked);
        if (fate === 'die before') return kill(asked.actor);
        clock.nowMs += dice.whole(latencyMs.from, latencyMs.to);
        const ended = await act().then(
          (value) => () => resolve(value),
          (error: unknown) => () => reject(error),
        );
        if (fate === 'die after') return kill(asked.actor);
        ended();
      };
      turns.push({ asked, run });
    });
  const drain = async () => {
    await setImmediate();
    const isThere = () => turns.some(({ asked }) => asked.name === braced);
    const endMs = performance.now() + longestBraceMs;
    while (braced !== undefined && !isThere() && performance.now() < endMs) await setImmediate();
    braced = undefined;
  };
  const step = async (): Promise<boolean> => {
    await drain();
    turns = turns.filter(({ asked }) => !asked.actor.isDead);
    const [first, ...others] = turns.filter(({ asked }) => asked.actor.frozenUntilMs <= clock.nowMs);
    const timer = timers.earliest();
    if (timer && (timer.atMs <= clock.nowMs || !first)) {
      await timers.fire(timer);
      return true;
    }
    if (!first) return false;
    const turn = dice.pick([first, ...others]);
    turns = turns.filter((other) => other !== turn);
    await turn.run();
    return true;
  };
  return {
    now: () => clock.nowMs,
    take,
    sleep: timers.sleep,
    after: timers.after,
    pending: (actor) => turns.filter(({ asked }) => asked.actor === actor).map(({ asked }) => asked),
    brace: (name) => {
      braced = name;
    },
    step,
  };
}

/** What happens by itself when the clock is there. */
function createTimers(clock: TurnsParts['clock']) {
  let timers: Timer[] = [];

  const after: Turns['after'] = (waitMs, act) => {
    timers.push({ atMs: clock.nowMs + Math.max(0, waitMs), act });
  };
  const sleep: Turns['sleep'] = (actor, waitMs) =>
    new Promise((resolve) => {
      const wake = () => {
        if (actor.isDead) return;
        if (actor.frozenUntilMs > clock.nowMs) after(actor.frozenUntilMs - clock.nowMs, wake);
        else resolve();
      };
      after(waitMs, wake);
    });
  const earliest = () =>
    timers.reduce<Timer | undefined>((best, it) => (best && best.atMs <= it.atMs ? best : it), undefined);
  const fire = async (timer: Timer) => {
    timers = timers.filter((other) => other !== timer);
    clock.nowMs = Math.max(clock.nowMs, timer.atMs);
    await timer.act();
  };
  return { after, sleep, earliest, fire };
}
