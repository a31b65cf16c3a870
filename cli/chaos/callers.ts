import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { apiHandler } from '../../functions/api.ts';
import type { EventSource } from './event-source.ts';
import type { World } from './outside.ts';
import type { Plan } from './plan.ts';
import type { Task, Workforce } from './workforce.ts';

/** What an API caller was told. */
export interface Heard {
  readonly plan: Plan;
  /** `run`: the answer to an invocation; `look`: where it stands. */
  readonly kind: 'run' | 'queue' | 'look';
  readonly worker: string;
  /** When it was asked. */
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  readonly status: number;
  /** It said when to ask again, so it is no result. */
  readonly isWait: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Callers {
  begin(): void;
  heard(): readonly Heard[];
}

const soonMs = 5 * 60_000;
const laterMs = 40 * 60_000;

/** The callers of a seed: each has its plan carried out by the doors it likes, some of them more than once. */
export function createCallers(world: World, workforce: Workforce, source: EventSource): Callers {
  const { turns, dice, plans, sightings } = world;
  const heard: Heard[] = [];
  let planned = 0;
  source.expect(() => planned > 0);

  const at = (waitMs: number, act: () => void) => {
    planned += 1;
    turns.after(waitMs, () => {
      planned -= 1;
      act();
    });
  };
  const call = (plan: Plan, kind: Heard['kind']) =>
    workforce.hire('api', async ({ worker, services, context, isOver }: Task) => {
      const askedAtMs = turns.now();
      sightings.tell(`${worker.name} is asked to ${kind} ${plan.tag}`);
      const answer = await apiHandler(() => services)(eventOf(plan, kind), context).catch(() => undefined);
      if (!answer || isOver()) return;
      const body: Readonly<Record<string, unknown>> = JSON.parse(answer.body ?? 'null') ?? {};
      sightings.tell(`${worker.name} answers ${answer.statusCode} ${body['reason'] ?? ''}`);
      const answeredAtMs = turns.now();
      const isWait = answer.headers?.['retry-after'] !== undefined;
      heard.push({
        plan,
        kind,
        worker: worker.name,
        askedAtMs,
        answeredAtMs,
        status: answer.statusCode ?? 0,
        isWait,
        body,
      });
    });
  const bring = (plan: Plan) => {
    const startMs = dice.whole(0, soonMs);
    const again = () => startMs + (dice.chance(0.4) ? 0 : dice.whole(0, dice.chance(0.5) ? soonMs : laterMs));
    const [byQueue, byApi, byBoth] = [dice.chance(0.75), dice.chance(0.3), dice.chance(0.2)];
    // A message without an id is an invocation of its own; it is brought once.
    if (plan.id === undefined) return at(startMs, () => source.put(plan));
    if (byQueue || !byApi) at(startMs, () => source.put(plan));
    if (byApi) at(again(), () => call(plan, 'run'));
    if (byBoth) at(again(), () => call(plan, 'queue'));
    while (dice.chance(0.3)) at(again(), () => (dice.chance(0.7) ? source.put(plan) : call(plan, 'run')));
    if (dice.chance(0.3)) at(startMs + dice.whole(0, laterMs), () => call(plan, 'look'));
  };
  return {
    begin: () => {
      plans.forEach(bring);
      for (let times = dice.whole(0, 2); times > 0; times--)
        at(dice.whole(soonMs, laterMs * 2), source.redrive);
    },
    heard: () => heard,
  };
}

function eventOf({ body, id = '', connection }: Plan, kind: Heard['kind']): APIGatewayProxyEventV2 {
  const look = { pathParameters: { id }, queryStringParameters: { connection } };
  const routeKey = kind === 'look' ? 'GET /invocations/{id}' : 'POST /invocations';
  const [method = '', path = ''] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: kind === 'queue' ? { prefer: 'respond-async' } : {},
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'chaos',
      domainName: 'chaos',
      domainPrefix: 'chaos',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'chaos' },
      requestId: 'chaos',
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(kind === 'look' ? look : { body }),
  };
}
