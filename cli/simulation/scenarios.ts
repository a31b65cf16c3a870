import type { Dice } from './dice.ts';
import type { Course } from './hidden-limit.ts';
import type { Aims, Scenario } from './scenario.ts';

/** Of the design, for a limit that is steady or changes slowly. */
const aims: Aims = { utilisation: 0.95, limitedShare: 0.01, tableCalls: 0.2 };

/** Where a worker asks for one or two calls at a time, each costs an exchange: a read and a write. */
const slow: Aims = {
  utilisation: 0.85,
  limitedShare: 0.01,
  tableCalls: 1.5,
  because:
    'at so low a limit a lease of many calls would last too long for a block to be noticed, so that few calls share an exchange; and calls that shift by seconds are a large share of a minute',
};

const halved: Aims = {
  utilisation: 0.6,
  limitedShare: 0.01,
  tableCalls: 0.3,
  because:
    'a limit that doubles is found at the next probe only, and probes are rare since each may cost thirty seconds',
};

const restless: Aims = {
  utilisation: 0.5,
  limitedShare: 0.01,
  tableCalls: 0.3,
  because: 'each look at a limit costs thirty seconds of the two minutes that it lasts',
};

const skewed: Aims = {
  utilisation: 0.8,
  limitedShare: 0.01,
  tableCalls: 0.25,
  because:
    'each clock shifts the calls of its worker by up to two seconds of the minute that the server counts',
};

const always = (perMinute: number) => (): Course => [{ fromMs: 0, perMinute }];
const minuteMs = 60_000;

/** Changes by up to a twentieth every twenty minutes. */
const drifting =
  (perMinute: number) =>
  (dice: Dice): Course =>
    Array.from({ length: 6 }, (_, index) => ({
      fromMs: index * 20 * minuteMs,
      perMinute: perMinute * (0.95 + dice() / 10),
    }));

/** Halved once and back again, at moments that nobody knows. */
const halvedAndBack =
  (perMinute: number) =>
  (dice: Dice): Course => [
    { fromMs: 0, perMinute },
    { fromMs: (25 + 10 * dice()) * minuteMs, perMinute: perMinute / 2 },
    { fromMs: (55 + 10 * dice()) * minuteMs, perMinute },
  ];

const everyTwoMinutes =
  (perMinute: number) =>
  (dice: Dice): Course =>
    Array.from({ length: 60 }, (_, index) => ({
      fromMs: index * 2 * minuteMs,
      perMinute: perMinute * (0.5 + dice()),
    }));

const usual = {
  sendsRetryAfter: true,
  connections: 1,
  workers: 10,
  minutes: 100,
  warmUpMinutes: 15,
  backlogMinutes: 10,
  aims,
} as const;

export const scenarios: readonly Scenario[] = [
  { ...usual, name: 'fixed window 1000', counting: 'fixed', course: always(1000) },
  { ...usual, name: 'sliding window 1000', counting: 'sliding', course: always(1000) },
  {
    ...usual,
    name: 'sliding window 3000',
    counting: 'sliding',
    sendsRetryAfter: false,
    workers: 100,
    minutes: 60,
    course: always(3000),
  },
  {
    ...usual,
    name: 'token bucket 600',
    counting: 'bucket',
    burst: 1,
    sendsRetryAfter: false,
    course: always(600),
  },
  { ...usual, name: 'small bucket 600', counting: 'bucket', burst: 0.1, course: always(600) },
  { ...usual, name: 'skewed clocks', counting: 'sliding', skewMs: 2_000, course: always(1000), aims: skewed },
  { ...usual, name: 'drifting 1000', counting: 'sliding', course: drifting(1000) },
  { ...usual, name: 'ceiling 500', counting: 'sliding', ceiling: 500, course: always(1000) },
  {
    ...usual,
    name: 'interactive 10 %',
    counting: 'sliding',
    workers: 20,
    interactiveShare: 0.1,
    course: always(1000),
  },
  { ...usual, name: 'saturation 600', counting: 'saturation', course: always(600) },
  { ...usual, name: 'fixed window 60', counting: 'fixed', workers: 2, course: always(60), aims: slow },
  {
    ...usual,
    name: '10 connections of 200',
    counting: 'fixed',
    connections: 10,
    workers: 40,
    aims: slow,
    minutes: 60,
    course: always(200),
  },
  {
    ...usual,
    name: '50 connections of 60',
    counting: 'sliding',
    connections: 50,
    aims: { ...slow, tableCalls: 4 },
    workers: 100,
    minutes: 45,
    course: always(60),
  },
  { ...usual, name: 'halved and back', counting: 'sliding', course: halvedAndBack(1000), aims: halved },
  {
    ...usual,
    name: 'every two minutes',
    counting: 'fixed',
    minutes: 60,
    course: everyTwoMinutes(1000),
    aims: restless,
  },
];
