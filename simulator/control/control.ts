import type * as z from 'zod/mini';
import type { Answer } from '../answer.ts';
import { failureAnswer } from '../failures.ts';
import type { FaultEntry } from '../faults/fault-rule.ts';
import { isArray, type Json, parseJson } from '../json.ts';
import { controlBodies, ruleOf } from './control-bodies.ts';
import type { Controls, SimulatorState } from './controls.ts';

/** What a control call is made of. */
interface ControlCall {
  readonly method: string;
  readonly url: URL;
  readonly body: Buffer;
}

/** A control call that cannot be done; the message is a sentence for the caller. */
class Misuse extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const issueText = ({ path, message, ...issue }: z.core.$ZodIssue): string => {
  const place = path.length === 0 ? 'The body' : `'${path.join('.')}'`;
  const unknown = 'keys' in issue && isArray(issue.keys) ? ` It does not know ${issue.keys.join(', ')}.` : '';
  return `${place} is not valid.${unknown} ${unknown === '' ? message : ''}`.trim();
};

/** The body of a call, parsed by its schema. */
function bodyOf<T>(call: ControlCall, schema: z.ZodMiniType<T>): T {
  const parsed = schema.safeParse(parseJson(call.body.toString('utf8')));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(issueText).join(' ');
  throw new Misuse(400, `${call.method} ${call.url.pathname}: ${issues}`);
}

const faultJson = ({ rule, seen, struck }: FaultEntry): Json => {
  const { path, ...rest } = rule;
  const place = path instanceof RegExp ? { pathPattern: path.source } : path === undefined ? {} : { path };
  const text: Json = JSON.parse(JSON.stringify({ ...rest, ...place }));
  return { rule: text, seen, struck };
};

const stateJson = (state: SimulatorState): Json => JSON.parse(JSON.stringify(state));

type Route = (call: ControlCall, controls: Controls) => Json | Promise<Json>;

/** Every control call; a body's schema says what it takes. */
const routes: Readonly<Record<string, Route>> = {
  'GET /simulator': () => ({ calls: Object.keys(routes) }),
  'GET /simulator/state': async (call, controls) => {
    // Callbacks are under way after the call that made them: who asks to wait sees where they ended.
    if (call.url.searchParams.get('settled') === 'true') await controls.callbacksSettled();
    return stateJson(controls.state());
  },
  'GET /simulator/faults': (_call, { faults }) => faults.entries().map(faultJson),
  'POST /simulator/faults': (call, { faults }) => {
    faults.add(ruleOf(bodyOf(call, controlBodies.fault)));
    return faults.entries().map(faultJson);
  },
  'DELETE /simulator/faults': (_call, { faults }) => {
    faults.clear();
    return [];
  },
  'POST /simulator/throttle': (call, controls) => {
    const { perMinute, sendsRetryAfter } = bodyOf(call, controlBodies.throttle);
    controls.throttle(perMinute ?? Number.POSITIVE_INFINITY, sendsRetryAfter);
    return { perMinute };
  },
  'POST /simulator/codebase': (call, controls) => {
    const { codebase } = bodyOf(call, controlBodies.codebase);
    controls.rollCodebase(codebase);
    return { codebase };
  },
  'POST /simulator/permissions': (call, controls) => {
    const { forbidden } = bodyOf(call, controlBodies.permissions);
    controls.forbid(forbidden);
    return { forbidden };
  },
  'POST /simulator/clock': (call, { clock }) => {
    const body = bodyOf(call, controlBodies.clock);
    if ('advanceMs' in body) clock.advance(body.advanceMs);
    else clock.stop(new Date(body.standsAt));
    return { now: clock.now().toISOString() };
  },
  'POST /simulator/callbacks': (call, controls) => {
    const shares = bodyOf(call, controlBodies.callbacks);
    controls.setUnreliability(shares);
    return { ...shares };
  },
  'POST /simulator/mutate': (call, controls) => {
    const { count } = bodyOf(call, controlBodies.mutate);
    return controls.mutate(count).map((mutation) => ({ ...mutation }));
  },
  'POST /simulator/reset': (_call, controls) => {
    controls.reset();
    return {};
  },
};

/** Whether a request is for the controls instead of the API. */
export const isControl = (pathname: string): boolean => /^\/simulator(\/|$)/i.test(pathname);

function routeOf({ method, url }: ControlCall): Route {
  const path = url.pathname.toLowerCase().replace(/\/+$/, '');
  const route = routes[`${method} ${path}`];
  if (route !== undefined) return route;
  const calls = Object.keys(routes);
  const isKnown = calls.some((known) => known.endsWith(` ${path}`));
  throw new Misuse(
    isKnown ? 405 : 404,
    `${method} ${url.pathname} is not a control call. There are: ${calls.join(', ')}.`,
  );
}

/**
 * Only a caller on this machine may steer the simulator: a page that a browser was tricked into opening says another
 * host, or where it comes from.
 */
export function isTrusted(headers: Readonly<Record<string, string>>): boolean {
  const host = headers['host'] ?? '';
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host) && headers['origin'] === undefined;
}

function controlJson(status: number, value: Json): Answer {
  const body = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

/** Answers a control call; asks no one for keys. A call that cannot be done gets a sentence that says why. */
export async function controlAnswer(call: ControlCall, controls: Controls): Promise<Answer> {
  try {
    return controlJson(200, await routeOf(call)(call, controls));
  } catch (error) {
    if (error instanceof Misuse) return controlJson(error.status, { message: error.message });
    throw error;
  }
}

/** The answer for a caller who is not trusted. */
export const untrusted = (): Answer =>
  failureAnswer(403, { message: 'The simulator is steered from this machine only, and not by web pages.' });
