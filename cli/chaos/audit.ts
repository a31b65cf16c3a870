import { isDeepStrictEqual } from 'node:util';
import type { Heard } from './callers.ts';
import type { Counts } from './counts.ts';
import type { Seen } from './event-source.ts';
import type { World } from './outside.ts';
import type { Plan } from './plan.ts';
import { classOf, type UnknownClass } from './unknown.ts';

/** What a seed came to. */
export interface Verdict {
  /** Sentences; none where every promise was kept. */
  readonly broken: readonly Broken[];
  readonly counts: Counts;
}

export type Promised = 'duplicate' | 'lost' | 'contradictory' | 'unknown' | 'restless';

interface Broken {
  readonly promise: Promised;
  readonly why: string;
}

/** A result, by whatever door it came out. */
interface Told {
  readonly door: 'queue' | 'api';
  readonly id: string;
  readonly succeeded: boolean;
  readonly responseCode: string | undefined;
  readonly reason: string | undefined;
  readonly isSettled: boolean;
  /** The whole of it, to be compared with others that came out by the queue. */
  readonly whole: Readonly<Record<string, unknown>>;
}

/** What the audit needs of a world. */
export type Watched = Pick<World, 'sightings' | 'plans'>;

/** Counts what was promised, at the simulator and on the result queue. */
export function audit(world: Watched, heard: readonly Heard[], seen: Seen, isQuiet: boolean): Verdict {
  const { sightings, plans } = world;
  const told = [...seen.results.map(byQueue), ...heard.flatMap(byApi)];
  const writing = plans.filter(({ lookUp }) => lookUp !== undefined);
  const subjects = [
    ...Map.groupBy(writing, ({ connection, id, tag }) => `${connection}/${id ?? tag}`).values(),
  ];
  const judged = subjects.map((group) => judge(group, toldOf(group, told, seen), world, seen));
  const rest: Broken[] = isQuiet ? [] : [{ promise: 'restless', why: 'It did not come to rest.' }];
  const sentAgain = sightings.sentAgain.map((tag): Broken => {
    return { promise: 'duplicate', why: `${tag} was sent again though it might have been executed.` };
  });
  const unknown = Object.fromEntries(
    [
      ...Map.groupBy(
        judged.flatMap((it) => it.unknown),
        (it) => it,
      ),
    ].map(([name, all]) => [name, all.length]),
  );
  return {
    broken: [
      ...rest,
      ...sentAgain,
      ...lost(seen, told),
      ...heard.flatMap((it) => falseDenial(it, world)),
      ...judged.flatMap((it) => it.broken),
    ],
    counts: {
      writes: subjects.length,
      sends: sightings.attempts.length,
      effects: sightings.effects.length,
      messages: seen.messages.length,
      results: seen.results.length,
      deadLetters: seen.deadLetters.length,
      settled: judged.filter((it) => it.isSettled).length,
      notApplied: judged.filter((it) => it.isNotApplied).length,
      forgotten: judged.filter((it) => it.isForgotten).length,
      unknown,
    },
  };
}

/** A message has its result on the result queue, or lies with the dead letters. */
function lost({ messages, deadLetters }: Seen, told: readonly Told[]): Broken[] {
  return messages.flatMap(({ id, plan, receives }): Broken[] => {
    const isAnswered = told.some((it) => it.door === 'queue' && it.id === (plan.id ?? id));
    // A message without an id of its own takes its message id along.
    const letter = deadLetters.find(
      (it) => it.plan === plan || it.body === plan.body || it.body.includes(JSON.stringify(id)),
    );
    if (isAnswered || (letter && receives > 10)) return [];
    const why = letter
      ? `is a dead letter after ${receives} receives`
      : 'has no result and is no dead letter';
    return [{ promise: 'lost', why: `${plan.kind} ${plan.tag} ${why}.` }];
  });
}

/** Who says that nothing was executed has not sent what may have been. */
function falseDenial(heard: Heard, { sightings }: Watched): Broken[] {
  const [told] = byApi({ ...heard, isWait: false });
  const isDenial = heard.kind === 'run' && told && isUnexecuted(told) && told.reason !== 'internal_error';
  const attempt = sightings.attempts.find(
    ({ tag, worker, atMs, mayHaveRun }) =>
      mayHaveRun &&
      tag === heard.plan.tag &&
      worker === heard.worker &&
      atMs >= heard.askedAtMs &&
      atMs <= heard.answeredAtMs,
  );
  if (!isDenial || !attempt || told.reason === 'in_progress') return [];
  const why = `${heard.plan.kind} ${heard.plan.tag} was denied by the API (${told.reason}), which had sent it.`;
  return [{ promise: 'contradictory', why }];
}

interface Judged {
  readonly broken: readonly Broken[];
  readonly unknown: readonly UnknownClass[];
  readonly isSettled: boolean;
  readonly isNotApplied: boolean;
  readonly isForgotten: boolean;
}

/** Whoever is told this may try the same id again: nothing of it was executed. */
const isUnexecuted = ({ succeeded, reason, responseCode, isSettled }: Told): boolean =>
  !succeeded &&
  !isSettled &&
  reason !== 'outcome_unknown' &&
  reason !== 'not_applied' &&
  (responseCode === undefined || responseCode === '401');

/** Judges one write, or two that a caller gave the same id. */
function judge(group: readonly Plan[], told: readonly Told[], world: Watched, seen: Seen): Judged {
  const { sightings } = world;
  const [plan] = group;
  const tags = group.map(({ tag }) => tag);
  const effects = sightings.effects.filter((tag) => tags.includes(tag)).length;
  const name = `${group.map(({ kind }) => kind).join(' or ')} ${tags.join(' or ')}`;
  const say = (promise: Promised, why: string): Broken => ({ promise, why: `${name}: ${why}` });
  const final = told.filter(({ reason }) => reason !== 'id_reused' && reason !== 'internal_error');
  const executed = final.filter((it) => !isUnexecuted(it));
  const keys = keysOf(group, seen);
  const isUnkept = keys.some((key) => sightings.unkept.has(key));
  const words = new Set(executed.map(wordOf));
  const unknown = executed.some(({ reason }) => reason === 'outcome_unknown')
    ? group.flatMap((it) => classOf(it, keys, world) ?? [])
    : [];
  const broken: Broken[] = [];
  if (effects > 1) broken.push(say('duplicate', `took effect ${effects} times.`));
  if (words.size > 1 && !isUnkept)
    broken.push(say('contradictory', `was told as ${[...words].join(' and as ')}.`));
  const [first, ...others] = executed.filter(({ door }) => door === 'queue');
  const isAlike = others.every(({ whole }) => isDeepStrictEqual(whole, first?.whole));
  if (words.size === 1 && !isAlike && !isUnkept)
    broken.push(say('contradictory', 'was told twice by the queue, and not alike.'));
  broken.push(...executed.flatMap((it) => againstTruth(it, effects).map((why) => say('contradictory', why))));
  if (executed.length === 0 && final.length > 0 && effects > 0 && isByQueue(tags, sightings))
    broken.push(say('contradictory', `took effect, and all that was told is ${final[0]?.reason}.`));
  if (executed.some(({ reason }) => reason === 'outcome_unknown') && unknown.length === 0)
    broken.push(say('unknown', 'was reported as unknown, and could have been known.'));
  return {
    broken,
    unknown: unknown.slice(0, 1),
    isSettled: plan !== undefined && executed.some((it) => it.isSettled),
    isNotApplied: executed.some(({ reason }) => reason === 'not_applied'),
    isForgotten: words.size > 1 && isUnkept,
  };
}

/** The queue's workers sent it: a caller of the API may go away without an answer, a message may not. */
const isByQueue = (tags: readonly string[], { attempts }: Watched['sightings']): boolean =>
  attempts.length === 0 ||
  attempts.some(
    ({ tag, worker, mayHaveRun }) => mayHaveRun && tags.includes(tag) && worker.startsWith('queue'),
  );

const wordOf = ({ succeeded, reason, responseCode }: Told) =>
  succeeded ? 'succeeded' : `${reason} ${responseCode ?? ''}`.trim();

/** What a result says against what the simulator holds. */
function againstTruth({ succeeded, reason, responseCode = '', isSettled }: Told, effects: number): string[] {
  if (reason === 'outcome_unknown') return [];
  const saysDone = succeeded || isSettled || /^2\d\d$/.test(responseCode);
  if (saysDone && effects === 0)
    return [`was told as done (${reason ?? 'succeeded'}), and never took effect.`];
  if (!saysDone && effects > 0) return [`was told as ${reason} ${responseCode}, and took effect.`];
  return [];
}

const keysOf = (group: readonly Plan[], { messages }: Seen): string[] =>
  group.flatMap((plan) => [
    plan.tag,
    ...(plan.id === undefined
      ? messages.filter((it) => it.plan === plan).map(({ id }) => `${plan.connection}/${id}`)
      : [`${plan.connection}/${plan.id}`]),
  ]);

function toldOf(group: readonly Plan[], told: readonly Told[], { messages }: Seen): Told[] {
  const ids = group.flatMap((plan) =>
    plan.id === undefined ? messages.filter((it) => it.plan === plan).map(({ id }) => id) : [plan.id],
  );
  return told.filter(({ id }) => ids.includes(id));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function byQueue(result: Readonly<Record<string, unknown>>): Told {
  const failure = isRecord(result['failure']) ? result['failure'] : {};
  return {
    door: 'queue',
    id: textIn(result['id']) ?? '',
    succeeded: result['succeeded'] === true,
    responseCode: textIn(result['responseCode']),
    reason: textIn(failure['reason']),
    isSettled: result['settled'] !== undefined,
    whole: result,
  };
}

/** A problem has the failure's reason beside the members of the result (functions/problem.ts). */
function byApi({ kind, status, body, isWait, plan }: Heard): Told[] {
  if (kind === 'queue' || isWait) return [];
  if (kind === 'look') return isRecord(body['result']) ? [{ ...byQueue(body['result']), door: 'api' }] : [];
  if (status === 200) return [{ ...byQueue(body), door: 'api' }];
  const failure = { reason: body['reason'], message: body['detail'] };
  return [{ ...byQueue({ ...body, id: body['id'] ?? plan.id, failure, succeeded: false }), door: 'api' }];
}
