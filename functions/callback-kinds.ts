import { type Registry, registryDays, registrySchema } from '../lib/callback/registry.ts';
import { type Sighting, sightingDays, sightingSchema } from '../lib/callback/sighting.ts';
import { type Started, startedDays, startedSchema } from '../lib/callback/starting.ts';
import type { Kind } from '../lib/clients/table.ts';

/** The callbacks of each connection, as they were declared. Written by the API's function. */
export const registryKind: Kind<Registry> = {
  prefix: 'callbacks/registries/',
  schema: registrySchema,
  keptSeconds: registryDays * 86_400,
};

/** Below one prefix, beyond which this function's role may write nothing (infra/access.ts). */
export const sightingKind: Kind<Sighting> = {
  prefix: 'callbacks/events/seen/',
  schema: sightingSchema,
  keptSeconds: sightingDays * 86_400,
};
export const startedKind: Kind<Started> = {
  prefix: 'callbacks/events/pulls/',
  schema: startedSchema,
  keptSeconds: startedDays * 86_400,
};
