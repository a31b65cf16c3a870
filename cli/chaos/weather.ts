import { createDice, type Dice } from '../../simulator/dice.ts';
import type { FaultRule } from '../../simulator/faults/fault-rule.ts';
import type { Asked } from './turns.ts';

/** What the simulator itself does wrong to the next call, on a real connection. */
const rules = {
  'cut before': { cut: 'before' },
  'cut after': { cut: 'after' },
  'cut short': { truncateAfterBytes: 5 },
  '500 before': { kind: 'server-error' },
  '500 after': { kind: 'server-error', takesEffect: true },
  '502 before': { kind: 'bad-gateway' },
  '502 after': { kind: 'bad-gateway', takesEffect: true },
  '503 before': { kind: 'service-unavailable' },
  '503 after': { kind: 'service-unavailable', takesEffect: true },
  '429': { kind: 'too-many-requests' },
  '429 without Retry-After': { kind: 'too-many-requests-without-retry-after' },
} as const satisfies Readonly<Record<string, FaultRule>>;

/** What happens between the connector and ConnectWise: on the way, or because nobody waits so long. */
const ways = [
  'refused',
  'timeout before',
  'timeout after',
  'timeout, executed late',
  '502, executed late',
  'slow',
] as const;

export type SendMishap = keyof typeof rules | (typeof ways)[number];
const isRule = (mishap: SendMishap): mishap is keyof typeof rules => Object.hasOwn(rules, mishap);
export const ruleOf = (mishap: SendMishap): FaultRule | undefined =>
  isRule(mishap) ? rules[mishap] : undefined;

/** `lost`: it never arrived. `unanswered`: it took effect, and nobody heard. `repeated`: so the SDK tried it again. */
export type CallMishap = 'lost' | 'unanswered' | 'repeated';

/** What is away for a while, for everybody. */
type Region = 'table' | 'connectwise' | 'secrets';

interface Outage {
  readonly region: Region;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What goes wrong in one seed's world, and how often. */
export interface Weather {
  /** From now on nothing goes wrong any more, but for what is away until it is back. */
  calm(): void;
  readonly isCalm: boolean;
  fateOf(asked: Asked): 'live' | 'die before' | 'die after';
  /** What goes wrong with a call to AWS. @param nowMs for what is away. */
  call(region: Region | 'queue' | 'bucket', nowMs: number): CallMishap | undefined;
  send(nowMs: number): SendMishap | undefined;
}

const sends: readonly [SendMishap, ...SendMishap[]] = [
  'cut before',
  'cut after',
  'cut short',
  '500 before',
  '500 after',
  '502 before',
  '502 after',
  '503 before',
  '503 after',
  '429',
  '429 without Retry-After',
  ...ways,
];

const minuteMs = 60_000;

type Choices = readonly [number, ...number[]];

/** How much may go wrong in a seed: the shares of turns, calls and sends of which one is picked. */
interface Climate {
  readonly death: Choices;
  readonly call: Choices;
  readonly send: Choices;
}

const ofWrites: Climate = {
  death: [0, 0, 0.005, 0.02, 0.06],
  call: [0, 0.01, 0.04, 0.15],
  send: [0, 0.1, 0.3, 0.6],
};

export function createWeather(seed: number, startMs: number, choices = ofWrites): Weather {
  const climate = createDice(seed, 'climate');
  const dice = createDice(seed, 'weather');
  const share = {
    death: climate.pick(choices.death),
    call: climate.pick(choices.call),
    send: climate.pick(choices.send),
  };
  const outages = outagesOf(climate, startMs);
  let isCalm = false;
  const isAway = (region: string, nowMs: number) =>
    outages.some((it) => it.region === region && it.fromMs <= nowMs && nowMs < it.toMs);
  return {
    calm: () => {
      isCalm = true;
    },
    get isCalm() {
      return isCalm;
    },
    fateOf: ({ actor }) => {
      if (isCalm || !actor.isMortal || !dice.chance(share.death)) return 'live';
      return dice.pick(['die before', 'die after']);
    },
    call: (region, nowMs) => {
      if (isAway(region, nowMs)) return 'lost';
      return isCalm || !dice.chance(share.call) ? undefined : dice.pick(['lost', 'unanswered', 'repeated']);
    },
    send: (nowMs) => {
      if (isAway('connectwise', nowMs)) return dice.pick(['refused', '503 before', 'cut before']);
      return isCalm || !dice.chance(share.send) ? undefined : dice.pick(sends);
    },
  };
}

function outagesOf(dice: Dice, startMs: number): Outage[] {
  const regions = ['table', 'connectwise', 'secrets'] as const;
  return regions.flatMap((region) => {
    if (!dice.chance(0.12)) return [];
    const fromMs = startMs + dice.whole(0, 10 * minuteMs);
    // Long enough, now and then, that a look-up is given up.
    const lastsMs = dice.chance(0.4) ? dice.whole(70, 100) * minuteMs : dice.whole(1, 8) * minuteMs;
    return [{ region, fromMs, toMs: fromMs + lastsMs }];
  });
}
