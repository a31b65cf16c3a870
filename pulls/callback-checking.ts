import * as z from 'zod/mini';
import { callbackName, callbackTypes, type Declared, mostDelaySeconds } from '../lib/callback/registry.ts';
import { explain, suggestion } from '../lib/explanation.ts';
import { connectionName, type Invocation, parseInvocation } from '../lib/invocation.ts';
import type { Schedule } from './schedule.ts';

/** The callbacks of each connection by their names. */
export type DeclaredCallbacks = ReadonlyMap<string, Readonly<Record<string, Declared>>>;

const callbackSchema = z.strictObject({
  connection: connectionName,
  type: z.enum(callbackTypes),
  level: z._default(z.string().check(z.regex(/^[A-Za-z]{1,40}$/, 'must be a level, such as owner')), 'owner'),
  objectId: z._default(z.int().check(z.gte(0)), 1),
  suppressesOwnChanges: z.optional(z.boolean()),
  starts: z.optional(z.string()),
  afterSeconds: z.optional(z.int().check(z.gte(1), z.lte(mostDelaySeconds))),
});

/** So long that a person who works through a list starts one pull, and not one with every click. */
const defaultAfterSeconds = 30;

/**
 * Checks what a file declares. @param pulls what pulls.config.ts declares, for callbacks that start one.
 * @throws Error that names every callback with what is wrong in it.
 */
export function checkCallbacks(callbacks: unknown, pulls: readonly Schedule[]): DeclaredCallbacks {
  if (typeof callbacks !== 'object' || callbacks === null || Array.isArray(callbacks))
    throw new Error(
      'It must be an object of callbacks by name. Export what defineCallbacks returns as default.',
    );
  const checked = Object.entries(callbacks).map(([name, it]) => ({
    name,
    read: readCallback(name, it, pulls),
  }));
  const problems = [
    ...checked.flatMap(({ name, read }) =>
      'problem' in read ? [`Callback '${name}': ${read.problem}`] : [],
    ),
    ...sameTopics(checked),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const all = new Map<string, Record<string, Declared>>();
  for (const { name, read } of checked)
    if (!('problem' in read))
      all.set(read.connection, { ...all.get(read.connection), [name]: read.declared });
  return all;
}

type Read = { readonly connection: string; readonly declared: Declared } | { readonly problem: string };

function readCallback(name: string, callback: unknown, pulls: readonly Schedule[]): Read {
  const named = callbackName.safeParse(name);
  if (!named.success) return { problem: 'the name must be 1 to 64 lower case letters, digits and hyphens.' };
  const parsed = callbackSchema.safeParse(callback);
  if (!parsed.success) return { problem: explain(parsed.error, callback, Object.keys(callbackSchema.shape)) };
  const { connection, starts, afterSeconds, suppressesOwnChanges, ...topic } = parsed.data;
  const declared = { ...topic, ...(suppressesOwnChanges && { suppressesOwnChanges }) };
  if (starts === undefined) {
    if (afterSeconds === undefined) return { connection, declared };
    return { problem: "'afterSeconds' is for callbacks that start a pull: give 'starts' too." };
  }
  const found = pullOf(starts, connection, pulls);
  if ('problem' in found) return found;
  const start = {
    pull: starts,
    afterSeconds: afterSeconds ?? defaultAfterSeconds,
    invocation: found.invocation,
  };
  return { connection, declared: { ...declared, starts: start } };
}

function pullOf(
  name: string,
  connection: string,
  pulls: readonly Schedule[],
): { readonly invocation: Invocation } | { readonly problem: string } {
  const pull = pulls.find((it) => it.name === name);
  if (!pull) {
    const names = pulls.map((it) => it.name);
    return {
      problem: `there is no pull '${name.slice(0, 100)}'${suggestion(name.slice(0, 100), names)} to start.`,
    };
  }
  if (pull.connection !== connection)
    return { problem: `the pull '${name}' is of the connection '${pull.connection}'.` };
  const parsed = parseInvocation(pull.message);
  if (!parsed.valid) return { problem: parsed.message };
  // Without its lock: a run that steps aside for another would leave out what changed since that one began to read.
  const { id: _, lock: __, ...invocation } = parsed.invocation;
  if (invocation.incremental === undefined)
    return { problem: `the pull '${name}' is not incremental, so each change would take everything.` };
  return { invocation };
}

/** ConnectWise takes one registration for each topic (connectwise-api.md §9.4.3). */
function sameTopics(checked: readonly { readonly name: string; readonly read: Read }[]): readonly string[] {
  const topics = Map.groupBy(
    checked.filter(({ read }) => !('problem' in read)),
    ({ read }) =>
      'problem' in read
        ? ''
        : [read.connection, read.declared.type, read.declared.level, read.declared.objectId]
            .join(' ')
            .toLowerCase(),
  );
  return [...topics.values()]
    .filter((group) => group.length > 1)
    .map((group) => `The callbacks '${group.map(({ name }) => name).join("' and '")}' are about the same.`);
}
