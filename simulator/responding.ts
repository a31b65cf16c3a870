import type { Operation } from '../lib/catalogue/operation.ts';
import type { Answer } from './answer.ts';
import { answer } from './answering.ts';
import { queryOf } from './call.ts';
import { isKeyPath, keyAnswer } from './callbacks/key.ts';
import { registrationCall } from './callbacks/registration.ts';
import type { WriteRequest } from './control/tally.ts';
import type { Desk } from './desk.ts';
import { bodyTooLarge, Cut, endpointMissing, methodNotAllowed, Refusal, recordMissing } from './failures.ts';
import { disfigured } from './faults/delivery.ts';
import { faultAnswer } from './faults/fault-answers.ts';
import type { Fault } from './faults/faults.ts';
import type { Admitted } from './gateway/gateway.ts';
import { withProjectTickets } from './gateway/ticket-split.ts';
import type { Received } from './received.ts';
import type { Match, Routing } from './routes.ts';
import type { World } from './world.ts';

/** The name of calls that the gateway let not in. */
const refused = 'refused at the gateway';

/** What a request gets. */
export interface Reply {
  /** The number of the request, in the order of arrival. */
  readonly request: number;
  /** The operation as `POST /service/tickets`, or what else it was. */
  readonly operation: string;
  /** Undefined where the connection is to be cut. */
  readonly answer: Answer | undefined;
  /** How the answer is to be sent. */
  readonly fault: Fault | undefined;
}

/** A request that the gateway let in, or answers itself. */
interface Task {
  readonly operation: string;
  readonly found: Operation | undefined;
  readonly path: string;
  /** Runs it; its writes are counted under the number of the request. */
  readonly run: (request: number) => Answer | Promise<Answer>;
}

/** The operation of a path, once all parents that the path names are there. */
function matchOf(routing: Routing, { resources, store }: World): Match {
  if (routing === 'no-such-path') throw endpointMissing();
  if (routing === 'no-such-method') throw methodNotAllowed();
  for (const parent of resources.parents(routing.operation, routing.values))
    if (!store.holds(parent.path, parent.id)) throw recordMissing(parent.entity, parent.id);
  return routing;
}

/** The world as one call sees it: it acts for the call's member, and its writes are counted and told. */
function worldOf(source: Omit<WriteRequest, 'ordinal'>, member: string, desk: Desk): World {
  let ordinal = 0;
  return {
    ...desk.world,
    member,
    onWrite: (write) => {
      // The mutator's changes are made while a call runs, and are not the call's.
      const isOwn = write.member === member;
      desk.tally.wrote(write, isOwn ? { ...source, ordinal } : undefined);
      ordinal += 1;
      desk.callbacks.notify(write);
    },
  };
}

function run(
  received: Received,
  routing: Routing,
  admitted: Admitted,
  number: number,
  desk: Desk,
): Answer | Promise<Answer> {
  const { method, url, headers, body } = received;
  const { member } = admitted;
  const source = { number, operation: nameOf(method, routing), method, path: url.pathname, body };
  const world = worldOf(source, member, desk);
  const { operation, values } = matchOf(routing, world);
  const target = world.resources.target(operation, values);
  const address = url.origin + url.pathname;
  const call = { operation, target, values, member, query: queryOf(url.search), headers, body, url: address };
  return answer(registrationCall(call, desk.callbacks.registered(), world), world);
}

const nameOf = (method: string, routing: Routing): string =>
  typeof routing === 'string' ? 'no such operation' : `${method} ${routing.operation.path}`;

/** The task that a request sets; refuses by throwing. */
function taskOf(received: Received, desk: Desk): Task {
  const { method, url } = received;
  if (isKeyPath(url.pathname)) {
    if (desk.settings.isCallbackKeyGuarded) desk.gateway.authenticate(received.headers);
    const answerKey = () => keyAnswer(url, desk.settings);
    return { operation: 'GET callback key', found: undefined, path: url.pathname, run: answerKey };
  }
  const admitted = desk.gateway.admit(received);
  if ('answer' in admitted) {
    const own = () => admitted.answer;
    return { operation: 'GET companyinfo', found: undefined, path: url.pathname, run: own };
  }
  const routing = withProjectTickets(desk.route(method, admitted.path), admitted.model, desk);
  const found = typeof routing === 'string' ? undefined : routing.operation;
  return {
    operation: nameOf(method, routing),
    found,
    path: admitted.path,
    run: (request) => run(received, routing, admitted, request, desk),
  };
}

/** The answer that a refusal carries; undefined where it ends the connection. Anything else is a bug, and thrown on. */
function refusalAnswer(error: unknown): Answer | undefined {
  if (error instanceof Refusal) return error.answer;
  if (error instanceof Cut) return undefined;
  throw error;
}

async function answerOf(task: Task, request: number, desk: Desk): Promise<Answer | undefined> {
  desk.tally.executed(task.operation);
  try {
    return await task.run(request);
  } catch (error) {
    return refusalAnswer(error);
  }
}

/** The answer of a task as a fault has it. */
async function faultyAnswer(
  task: Task,
  fault: Fault | undefined,
  request: number,
  desk: Desk,
): Promise<Answer | undefined> {
  if (fault?.delayMs !== undefined) await desk.settings.wait(fault.delayMs, desk.closing.signal);
  if (fault?.cut === 'before') return undefined;
  const wrong = fault && faultAnswer(fault);
  const runs = wrong === undefined || fault?.takesEffect === true || fault?.cut === 'after';
  const right = runs ? await answerOf(task, request, desk) : undefined;
  const answered = wrong ?? right;
  return answered === undefined || fault?.cut === 'after' ? undefined : disfigured(answered, fault);
}

/** The answer to a request, and how it is sent. */
export async function respond(received: Received, desk: Desk): Promise<Reply> {
  let task: Task;
  try {
    if (!received.isWhole) throw bodyTooLarge();
    task = taskOf(received, desk);
  } catch (error) {
    const answer = refusalAnswer(error);
    return { request: desk.tally.arrived(refused), operation: refused, answer, fault: undefined };
  }
  const { operation, found, path } = task;
  const request = desk.tally.arrived(operation);
  const fault = desk.faults.next({ method: received.method, path, operation: found });
  return { request, operation, fault, answer: await faultyAnswer(task, fault, request, desk) };
}
