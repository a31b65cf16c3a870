import type { Manage } from '../../lib/clients/manage.ts';
import type { Connection } from '../../lib/connection.ts';
import type { ManageRequest } from '../../lib/request.ts';
import { isSuccess, type Sent } from '../../lib/response.ts';
import type { Site } from '../../lib/site.ts';
import type { Worker, World } from './outside.ts';
import { planOfRequest } from './plan.ts';
import { ruleOf, type SendMishap } from './weather.ts';

/** ConnectWise executes what it was sent within this time, or never (docs/guarantees.md): some of it stays for lists to show it. */
const latestMs = 9 * 60_000;
const slowMs = { from: 5_000, to: 40_000 };
/** lib/claim.ts compresses what is larger, in a thread. */
const largeBytes = 99_000;

/** A request on its way. */
interface Errand {
  readonly request: ManageRequest;
  readonly site: Site;
  readonly connection: Connection;
  readonly budgetMs: number;
}

/** The line to ConnectWise: the real client and a real server, and everything that can happen in between. */
export function createLine(worker: Worker, world: World): Manage {
  const { turns, weather, stage } = world;
  return {
    companyInfo: (origin, company, budgetMs) => {
      const effect = () => stage.manage.companyInfo(origin, company, realBudgetMs(budgetMs));
      return turns.take({ actor: worker, name: `${worker.name} asks for the site`, effect }, async () => {
        const mishap = weather.send(turns.now());
        world.sightings.tell(`  ${worker.name} asks for the site ${mishap ?? ''}`);
        return mishap === 'refused'
          ? refused
          : mishap === undefined
            ? effect()
            : strike(mishap, effect, world);
      });
    },
    send: async (request, site, connection, budgetMs, onHead) => {
      const errand = { request, site, connection, budgetMs };
      const sent = await deliver(errand, worker, world);
      const isLarge = sent.kind === 'response' && sent.response.bytes.length > largeBytes;
      if (request.writes && isLarge) turns.brace('bucket: put');
      // Not before the body is there, or what follows would depend on how fast this machine is.
      if (sent.kind === 'response' && isSuccess(sent.response)) onHead?.(sent.response.headers);
      return sent;
    },
  };
}

const refused: Sent = { kind: 'refused', code: 'ECONNREFUSED' };
/** Real servers on this machine answer at once; a budget of the clock that stands still would be no bound. */
const realBudgetMs = (budgetMs: number) => Math.max(budgetMs, 20_000);

async function strike(mishap: SendMishap, effect: () => Promise<Sent>, { stage }: World): Promise<Sent> {
  const rule = ruleOf(mishap);
  if (!rule) return effect();
  stage.simulator.failNext(rule);
  try {
    return await effect();
  } finally {
    stage.simulator.controls.faults.clear();
  }
}

async function deliver(errand: Errand, worker: Worker, world: World): Promise<Sent> {
  const { turns, weather, sightings, plans } = world;
  const { request, budgetMs } = errand;
  const plan = request.writes ? planOfRequest(plans, request) : undefined;
  const attempt = plan && sightings.attempt(plan, worker.name);
  const effect = () => exchange(errand, world);
  const name = `${worker.name} sends ${request.method} ${request.path}${plan ? ` (${plan.tag})` : ''}`;
  let waitMs = 0;
  const sent = await turns.take({ actor: worker, name, effect }, async (): Promise<Sent> => {
    const mishap = weather.send(turns.now());
    sightings.tell(`  ${name}${mishap === undefined ? '' : `: ${mishap}`}`);
    if (mishap === undefined) return effect();
    if (mishap === 'refused') return refused;
    const late = mishap.endsWith('executed late');
    if (late) executeLate(effect, name, world);
    if (mishap === 'slow') waitMs = Math.min(budgetMs, world.dice.whole(slowMs.from, slowMs.to));
    if (mishap.startsWith('timeout')) waitMs = budgetMs;
    if (mishap === 'timeout after' || (mishap === 'slow' && waitMs === budgetMs)) await effect();
    if (waitMs === budgetMs) return { kind: 'timed_out', afterMs: budgetMs };
    return strike(late ? '502 before' : mishap, effect, world);
  });
  if (attempt) attempt.mayHaveRun = isDoubtful(sent) || wasExecuted(sent);
  if (plan && isDoubtful(sent)) sightings.doubted.add(plan.tag);
  if (waitMs > 0) await turns.sleep(worker, waitMs);
  sightings.tell(
    `    ${worker.name} hears ${sent.kind} ${sent.kind === 'response' ? sent.response.status : ''}`,
  );
  return sent;
}

/** A request that nobody waits for any more, and that is executed nevertheless. */
export function executeLate(
  effect: () => Promise<unknown>,
  name: string,
  { turns, sightings, dice }: World,
): void {
  turns.after(dice.whole(0, latestMs), async () => {
    sightings.tell(`  late: ${name}`);
    await effect();
  });
}

/** What nobody can tell from what came back. */
const isDoubtful = (sent: Sent): boolean =>
  sent.kind === 'timed_out' ||
  (sent.kind === 'incomplete' && sent.status === undefined) ||
  (sent.kind === 'response' && (sent.response.status >= 500 || sent.response.status === 408));

const wasExecuted = (sent: Sent): boolean =>
  sent.kind === 'response' ? sent.response.status < 300 : 'status' in sent && (sent.status ?? 500) < 300;

/** One real exchange. Whatever it changed at the simulator is the effect of its plan: nothing else happens meanwhile. */
async function exchange({ request, site, connection, budgetMs }: Errand, world: World): Promise<Sent> {
  const { stage, keys, plans, sightings, hidden, creationLagMs, turns } = world;
  const before = stage.simulator.controls.state().writes.length;
  // A key that was rotated away is refused by the simulator itself.
  const isCurrent = keys.get(connection.name) === connection.password;
  const password = isCurrent ? stage.simulator.credentials.password : 'rotated away';
  const sent = await stage.manage.send(request, site, { ...connection, password }, realBudgetMs(budgetMs));
  const changes = stage.simulator.controls.state().writes.slice(before);
  const plan = changes.length > 0 ? planOfRequest(plans, request) : undefined;
  if (plan) sightings.effects.push(plan.tag);
  if (plan) sightings.tell(`    ConnectWise executes ${plan.tag}`);
  for (const { action, path, id } of changes)
    if (action === 'added') hidden.set(`${path}/${id}`, turns.now() + creationLagMs);
  if (sent.kind !== 'response' || request.method !== 'GET') return sent;
  return { ...sent, response: { ...sent.response, bytes: shown(sent.response.bytes, request, world) } };
}

/** The answer without what its lists do not show yet. */
function shown(bytes: Uint8Array, { path }: ManageRequest, { hidden, turns }: World): Uint8Array {
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.startsWith('[') || hidden.size === 0) return bytes;
  const records: unknown = JSON.parse(text);
  if (!Array.isArray(records)) return bytes;
  const isShown = (record: unknown) => {
    const id: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, 'id') : undefined;
    return (hidden.get(`${path.replace(/^\//, '')}/${id}`) ?? 0) <= turns.now();
  };
  return Buffer.from(JSON.stringify(records.filter(isShown)));
}
