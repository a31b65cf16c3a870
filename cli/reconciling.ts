import * as z from 'zod/mini';
import {
  type ReconciliationParts,
  type Registration,
  reconcile,
  registrationSchema,
  type Step,
} from '../lib/callback/reconciliation.ts';
import type { Declared } from '../lib/callback/registry.ts';
import { type Api, ofConnection, problemIn, type Reply, readReply } from './api.ts';
import { CommandFailed } from './ending.ts';

/** What is declared for a connection, what stands at ConnectWise, and what is to be done. */
export interface Plan extends Aim {
  readonly registrations: readonly Registration[];
  readonly steps: readonly Step[];
}

interface Aim {
  readonly connection: string;
  readonly declared: Readonly<Record<string, Declared>>;
  readonly baseUrl: string;
}

/** Looks at what is registered, by reads alone. @throws CommandFailed with the sentence of the API */
export async function planFor(aim: Aim, api: Api): Promise<Plan> {
  const registrations = await registered(aim.connection, api);
  const reply = await api.call('GET', ofConnection(aim.connection, '/callbacks'));
  const token = reply.status === 404 ? undefined : tokenIn(reply, aim);
  return { ...aim, registrations, steps: reconcile({ ...aim, registrations, token }) };
}

interface Taking {
  readonly removes: boolean;
  readonly renewsToken: boolean;
}

/** What was done of a plan: the steps with the token as it is now, what failed, and how many removals were left. */
interface TakenPlan {
  readonly plan: Plan;
  readonly failures: readonly string[];
  readonly left: number;
}

/**
 * Does what a plan says. What is declared is told to the connector first, so that it knows an event when it comes. Every step is an
 * invocation as any other, and each may fail alone.
 */
export async function take(plan: Plan, api: Api, { removes, renewsToken }: Taking): Promise<TakenPlan> {
  const body = JSON.stringify({ declared: plan.declared, ...(renewsToken && { renewsToken }) });
  const reply = await api.call('PUT', ofConnection(plan.connection, '/callbacks'), { body });
  const parts: ReconciliationParts = { ...plan, token: tokenIn(reply, plan) };
  const steps = reconcile(parts);
  const isLeft = (step: Step) => step.kind === 'remove' && !removes;
  const failures: string[] = [];
  for (const step of steps) {
    const call = isLeft(step) ? undefined : callFor(step);
    const problem = call && (await invoke(plan.connection, call, api));
    if (problem !== undefined) failures.push(`${sentenceOf(step)}: ${problem}`);
  }
  return { plan: { ...plan, steps }, failures, left: steps.filter(isLeft).length };
}

const answerSchema = z.looseObject({ path: z.string() });

/** The token in the address that the API gives. */
function tokenIn(reply: Reply, { connection }: Aim): string {
  const answer = answerSchema.safeParse(reply.body);
  const [, token] = answer.success
    ? (/^\/callbacks\/[^/]+\/[^/]+\/([\w-]+)\?/.exec(answer.data.path) ?? [])
    : [];
  if (reply.status === 200 && token !== undefined) return token;
  const { reason, detail } = problemIn(reply);
  throw new CommandFailed('failed', `The callbacks of '${connection}': ${reason}: ${detail}`);
}

/** ConnectWise answers 1,000 a page at the most. */
const pageSize = 1_000;
const mostPages = 100;

async function registered(connection: string, api: Api): Promise<readonly Registration[]> {
  const all: Registration[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const inputs = { page, pageSize, orderBy: 'id' };
    const read = readReply(await send(connection, { operationId: 'getSystemCallbacks', inputs }, api));
    if ('problem' in read)
      throw new CommandFailed(
        'failed',
        `What is registered for '${connection}' could not be read: ${read.problem.reason}: ${read.problem.detail}`,
      );
    const list = z.array(z.unknown()).safeParse(read.result.response);
    const rows = list.success ? list.data : [];
    // Somebody else's may lack what ours have: it is none of ours then.
    for (const row of rows) {
      const parsed = registrationSchema.safeParse(row);
      if (parsed.success) all.push(parsed.data);
    }
    if (rows.length < pageSize) return all;
  }
  return all;
}

interface Call {
  readonly operationId: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly request?: unknown;
}

const send = (connection: string, call: Call, api: Api): Promise<Reply> =>
  api.call('POST', ofConnection(connection, '/invocations'), {
    body: JSON.stringify({ version: 1, connection, ...call }),
  });

/** @returns why it failed; undefined where it did not. */
async function invoke(connection: string, call: Call, api: Api): Promise<string | undefined> {
  const read = readReply(await send(connection, call, api));
  if ('problem' in read) return `${read.problem.reason}: ${read.problem.detail}`;
  const { succeeded, failure, responseCode = '' } = read.result;
  if (!succeeded) return `${failure?.reason}: ${failure?.message}`;
  // With returnHttpFailureResponses a refusal of ConnectWise is a success.
  return responseCode.startsWith('2') ? undefined : `ConnectWise answered ${responseCode}.`;
}

/** The invocation that takes a step; undefined where nothing is to be done. */
function callFor(step: Step): Call | undefined {
  switch (step.kind) {
    case 'keep':
      return undefined;
    case 'create': {
      const { name: _, ...request } = step.wanted;
      return { operationId: 'postSystemCallbacks', request };
    }
    case 'repair': {
      const { wanted, wrong } = step;
      const request = wrong.map((path) => ({ op: 'replace', path, value: wanted[path] }));
      return { operationId: 'patchSystemCallbacksById', inputs: { id: step.id }, request };
    }
    case 'remove':
      return { operationId: 'deleteSystemCallbacksById', inputs: { id: step.registration.id } };
  }
}

function sentenceOf(step: Step): string {
  if ('wanted' in step)
    return `'${step.wanted.name}' could not be ${step.kind === 'create' ? 'created' : 'repaired'}`;
  return step.kind === 'remove' ? `Registration ${step.registration.id} could not be removed` : step.name;
}
