import { createTokens } from './actions/tokens.ts';
import { type Callbacks, createCallbacks } from './callbacks/callbacks.ts';
import { registrationsPath } from './callbacks/registration.ts';
import { type Clock, createClock } from './control/clock.ts';
import { createTally, type Tally } from './control/tally.ts';
import type { Msp } from './data/msp.ts';
import { createFaults, type Faults } from './faults/faults.ts';
import { keyMember } from './gateway/credentials.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { createMutator, type Mutation } from './mutation/mutator.ts';
import type { Settings } from './options.ts';
import { createResources } from './resources.ts';
import { createRoutes, type Routing } from './routes.ts';
import { createStore } from './store.ts';
import type { World } from './world.ts';
import { createLedger } from './writes/ledger.ts';

/** One request as the simulator saw it. */
export interface ObservedCall {
  /** In the order of arrival, from 1; writes in the control route's state name it. */
  readonly number: number;
  readonly method: string;
  /** The path as it was sent, codebase and all, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Header values by lower-case name, without Authorization and Cookie. */
  readonly headers: Readonly<Record<string, string>>;
  /** What was answered; 0 where the connection was cut. */
  readonly status: number;
}

/** All that a simulator is between its start, or a reset, and the next: what it was made from and what happened. */
export interface Desk {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly route: (method: string, path: string) => Routing;
  readonly world: World;
  readonly tally: Tally;
  readonly callbacks: Callbacks;
  /** Makes this many changes at once, as other members would. */
  readonly mutate: (count: number) => readonly Mutation[];
  readonly observed: ObservedCall[];
  /** Counts replies, which are numbered. */
  readonly replies: { count: number };
  readonly closing: AbortController;
}

function createWorld(
  settings: Settings,
  origin: string,
  codebase: () => string,
  msp: Msp | undefined,
): World {
  const { catalogue, seed, rows, now } = settings;
  const resources = createResources(catalogue);
  // Hrefs carry the codebase and a double slash, unlike any path that is called (connectwise-api.md §2.2).
  const href = (entity: string, id: number): string | undefined => {
    const home = resources.home(entity);
    return home === undefined ? undefined : `${origin}/${codebase()}/apis/3.0/${home.key}/${id}`;
  };
  const makings = { catalogue, seed, rows, href, msp };
  return {
    catalogue,
    resources,
    makings,
    store: createStore(makings),
    now,
    member: keyMember,
    settings,
    ledger: createLedger(),
    tokens: createTokens({ seed, now }),
  };
}

/** Switches a registration off in its record, as the server does after days of failures (§9.4.9). */
function disableCallback(id: number, { store, resources, catalogue }: World): void {
  const list = catalogue.find(`GET /${registrationsPath}`);
  const target = list && resources.target(list, []);
  if (target?.kind !== 'collection') return;
  const collection = store.collection(target.path, target.resource.schema);
  const record = collection.get(id);
  if (record !== undefined) collection.set(id, { ...record, inactiveFlag: true });
}

/** A simulator as it is before its first request; `origin` is where it listens. */
export function createDesk(given: Settings, origin: string, msp?: Msp): Desk {
  const clock = createClock(given.now);
  const settings = { ...given, now: clock.now };
  const gateway: Gateway = createGateway(settings, clock.now, (publicKey, privateKey) =>
    world.tokens.memberOf(publicKey, privateKey),
  );
  const mutator = createMutator(settings);
  const world: World = {
    ...createWorld(settings, origin, gateway.codebase, msp),
    mutator,
    // Writes that no call made, such as the mutator's.
    onWrite: (write) => {
      tally.wrote(write, undefined);
      callbacks.notify(write);
    },
  };
  const closing = new AbortController();
  const { seed, company, wait, callbackTimeoutMs } = settings;
  const tally = createTally();
  const callbacks = createCallbacks({
    seed,
    now: clock.now,
    sender: () => ({ seed, company, origin, codebase: gateway.codebase() }),
    posting: { timeoutMs: callbackTimeoutMs, wait, closing: closing.signal },
    disable: (id) => disableCallback(id, world),
  });
  return {
    settings,
    clock,
    gateway,
    world,
    callbacks,
    closing,
    faults: createFaults(seed),
    route: createRoutes(settings.catalogue),
    tally,
    mutate: (count) => mutator.step(count, world),
    observed: [],
    replies: { count: 0 },
  };
}
