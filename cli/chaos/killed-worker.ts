import type { SQSEvent } from 'aws-lambda';
import { queueHandler } from '../../functions/queue.ts';
import { createServices, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { contextOf } from './lambda-context.ts';

/** A batch, and what time it is in the world that it comes from. */
export interface Work {
  readonly event: SQSEvent;
  readonly nowMs: number;
}

/** A worker in a process of its own, so that it can really be killed: the queue function as it is deployed, but for its clock. */
const settings = readSettings();
let aheadMs = 0;
const services = createServices(settings, {
  ...reachOut(settings),
  now: () => Date.now() + aheadMs,
  sleep: async (waitMs) => {
    aheadMs += waitMs;
  },
});
const handle = queueHandler(() => services);

const context = contextOf('chaos', () => 120_000);

process.on('message', async ({ event, nowMs }: Work) => {
  aheadMs = nowMs - Date.now();
  process.send?.(await handle(event, context));
});
process.send?.('ready');
