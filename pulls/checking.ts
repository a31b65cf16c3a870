import * as z from 'zod/mini';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { unknownOperation } from '../lib/catalogue/nearest.ts';
import { explain, suggestion } from '../lib/explanation.ts';
import { type Invocation, parseInvocation } from '../lib/invocation.ts';
import { planOf } from '../lib/pull/plan.ts';
import { buildRequest } from '../lib/request.ts';
import { parseExpression } from './expression.ts';
import { type Schedule, scheduledTime } from './schedule.ts';

const namePattern = /^(?=.{1,64}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** CloudFormation takes 200 parameters a stack, and each schedule has one. */
const mostSchedules = 150;

/** Scheduler takes 256 KB of input, in which the quotes of the message are escaped. */
const maxMessageBytes = 100_000;

/** An outage of an hour is bridged; what is later than the next run has no use. */
const maxAgeMs = 3_600_000;

const timingSchema = z.object({
  schedule: z.string(),
  timeZone: z.optional(z.string()),
  flexibleMinutes: z.optional(z.int().check(z.gte(1), z.lte(1_440))),
  enabled: z.optional(z.boolean()),
});

/**
 * Checks what a file declares, by the same rules as the queue will check each message and, once there is a catalogue, by what the
 * operation takes. @param catalogue loads it; asked only where something is declared.
 * @throws Error that names every pull with what is wrong in it.
 */
export function checkPulls(pulls: unknown, catalogue: () => Catalogue): readonly Schedule[] {
  if (!isObject(pulls))
    throw new Error('It must be an object of pulls by name. Export what definePulls returns as default.');
  const entries = Object.entries(pulls);
  if (entries.length === 0) return [];
  const known = catalogue();
  const checked = entries.map(([name, pull]) => ({ name, read: readPull(name, pull, known) }));
  const problems = [
    ...namesakes(entries.map(([name]) => name)),
    ...checked.flatMap(({ name, read }) => ('problem' in read ? [`Pull '${name}': ${read.problem}`] : [])),
  ];
  if (entries.length > mostSchedules)
    problems.push(`There are ${entries.length} pulls; one stack takes ${mostSchedules}. Make another stack.`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return checked.flatMap(({ read }) => ('problem' in read ? [] : [read]));
}

/** JavaScript itself keeps the last of two equal names; CloudFormation would take these for the same. */
function namesakes(names: readonly string[]): readonly string[] {
  const groups = Map.groupBy(names, (name) => name.replaceAll('-', ''));
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => `The names '${group.join("' and '")}' are the same but for hyphens. Rename one.`);
}

type Problem = { readonly problem: string };

function readPull(name: string, pull: unknown, catalogue: Catalogue): Schedule | Problem {
  if (!namePattern.test(name))
    return {
      problem: 'the name must be 1 to 64 lower case letters, digits and single hyphens, a letter first.',
    };
  if (!isObject(pull)) return { problem: 'it must be an object.' };
  const { schedule, timeZone, flexibleMinutes, enabled, ...call } = pull;
  const timing = readTiming({ schedule, timeZone, flexibleMinutes, enabled });
  const sent = readCall(name, call, catalogue);
  if (!('problem' in timing || 'problem' in sent)) return { name, ...timing, ...sent };
  const problems = [timing, sent].flatMap((read) => ('problem' in read ? [read.problem] : []));
  return { problem: problems.join(' ') };
}

type Sent = Pick<Schedule, 'connection' | 'id' | 'message'>;

function readCall(
  name: string,
  call: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
): Sent | Problem {
  for (const given of ['id', 'version'])
    if (given in call) return { problem: `'${given}' is given by the schedule. Take it away.` };
  const id = `${name}:${scheduledTime}`;
  const message = JSON.stringify({ version: 1, id, lock: name, ...call });
  const bytes = Buffer.byteLength(message);
  if (bytes > maxMessageBytes)
    return { problem: `the invocation has ${bytes} bytes, and a schedule takes ${maxMessageBytes}.` };
  const parsed = parseInvocation(message.replaceAll(scheduledTime, '2026-01-01T00:00:00Z'));
  if (!parsed.valid) return { problem: parsed.message };
  const problem = callProblem(parsed.invocation, catalogue);
  if (problem !== undefined) return { problem };
  return { connection: parsed.invocation.connection, id, message };
}

type Timing = Pick<
  Schedule,
  'expression' | 'everySeconds' | 'timeZone' | 'flexibleMinutes' | 'enabled' | 'maxAgeSeconds'
>;

function readTiming(given: object): Timing | Problem {
  const parsed = timingSchema.safeParse(given);
  if (!parsed.success) return { problem: explain(parsed.error, given, []) };
  const { schedule, timeZone, flexibleMinutes = 0, enabled = true } = parsed.data;
  const expression = parseExpression(schedule);
  if ('problem' in expression) return { problem: `'schedule' ${expression.problem}.` };
  const { everyMs = Number.POSITIVE_INFINITY } = expression.kind === 'rate' ? expression : {};
  if (timeZone !== undefined && expression.kind === 'rate')
    return {
      problem: "'timeZone' has no meaning for a rate, which counts from its deployment. Use cron(...).",
    };
  const zoneProblem = timeZone === undefined ? undefined : timeZoneProblem(timeZone);
  if (zoneProblem !== undefined) return { problem: zoneProblem };
  if (flexibleMinutes * 60_000 >= everyMs)
    return { problem: "'flexibleMinutes' must be less than the time from one run to the next." };
  const maxAgeSeconds = Math.min(maxAgeMs, everyMs) / 1_000;
  return {
    expression: schedule,
    ...(expression.kind === 'rate' && { everySeconds: everyMs / 1_000 }),
    timeZone: timeZone ?? 'UTC',
    flexibleMinutes,
    enabled,
    maxAgeSeconds,
  };
}

/** Names only, and spelt as AWS spells them: JavaScript would also take offsets, and names in any case. */
function timeZoneProblem(name: string): string | undefined {
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  if (zones.includes(name)) return undefined;
  const isAlias = /^[A-Z][A-Za-z_]*\/[A-Z]/.test(name) && isTimeZone(name);
  if (isAlias && !zones.some((zone) => zone.toLowerCase() === name.toLowerCase())) return undefined;
  return `There is no time zone '${name.slice(0, 100)}'${suggestion(name.slice(0, 100), zones)}. Give an IANA name such as Europe/Berlin.`;
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What the queue would answer to it, as far as that is known beforehand. */
function callProblem(invocation: Invocation, catalogue: Catalogue): string | undefined {
  const operation = catalogue.find(invocation.operationId);
  if (!operation) return unknownOperation(invocation.operationId, catalogue).message;
  if (invocation.resolve !== true) {
    const built = buildRequest(operation, invocation, catalogue);
    if (!built.valid) return built.failure.message;
  }
  const plan = invocation.pages === undefined ? undefined : planOf(operation, invocation, catalogue);
  return plan && 'problem' in plan ? plan.problem : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
