import * as z from 'zod/mini';
import { described } from '../described.ts';
import { connectionName, invocationSchema } from '../invocation.ts';

/** What ConnectWise calls back about (connectwise-api.md §9.4.2). */
export const callbackTypes = [
  'activity',
  'agreement',
  'company',
  'configuration',
  'contact',
  'expense',
  'invoice',
  'member',
  'opportunity',
  'productcatalog',
  'project',
  'purchaseorder',
  'schedule',
  'site',
  'ticket',
  'time',
] as const;

export type CallbackType = (typeof callbackTypes)[number];

/** It stands in the path that ConnectWise calls, and in the keys of items. */
export const callbackName = z
  .string()
  .check(
    z.regex(
      /^(?=.{1,64}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
      'must be 1 to 64 lower case letters, digits and single hyphens, a letter first',
    ),
  );

/** SQS delays no message longer than 900 seconds; some are kept back for clocks that differ. */
export const mostDelaySeconds = 600;

const startSchema = z.strictObject({
  pull: described(
    callbackName,
    'The name of the pull. Callbacks that start the same pull start it together.',
  ),
  afterSeconds: described(
    z.int().check(z.gte(1), z.lte(mostDelaySeconds)),
    'How long after the first event the pull begins. What comes until then is in it, and starts no other.',
  ),
  invocation: described(invocationSchema, 'The pull as it is put on the invocation queue, without an id.'),
});

export type Start = z.infer<typeof startSchema>;

const declaredSchema = z.strictObject({
  type: z.enum(callbackTypes),
  level: z.string().check(z.regex(/^[A-Za-z]{1,40}$/, 'must be a level, such as owner, board or status')),
  objectId: z.int().check(z.gte(0)),
  suppressesOwnChanges: z.optional(z.boolean()),
  starts: described(
    z.optional(startSchema),
    'The pull that an event starts. Absent: the event goes to the result queue.',
  ),
});

/** A callback that somebody wants: what it is about, and what is done when one comes. */
export type Declared = z.infer<typeof declaredSchema>;

/** An item of the table holds 400 KB. */
const mostDeclared = 100;

export const declarationSchema = z.strictObject({
  declared: described(
    z
      .record(callbackName, declaredSchema)
      .check(
        z.refine((all) => Object.keys(all).length <= mostDeclared, `must not have over ${mostDeclared}`),
      ),
    'The callbacks of the connection by their names: all of them. What is not here is not taken any more.',
  ),
  renewsToken: described(
    z.optional(z.boolean()),
    'true: their addresses get another token. What ConnectWise sends to the old ones is refused from then on.',
  ),
});

/** What is known of a connection's callbacks, by whoever takes them. It holds no key of the connection. */
export const registrySchema = z.strictObject({
  connection: connectionName,
  /** Of 256 random bits; it stands in the address that ConnectWise calls. */
  token: z.string(),
  /** The login company and the origin of the API, as they were when it was declared: signing keys are asked for there alone. */
  company: z.string(),
  origin: z.string(),
  declared: z.record(z.string(), declaredSchema),
});

export type Registry = z.infer<typeof registrySchema>;

/** An item's life is counted anew with every declaration; what is in use for ten years without one is declared again by then. */
export const registryDays = 3_650;

/** Where ConnectWise calls, below the API's address. The record's id and the action follow as they are (connectwise-api.md §9.4.4). */
export const callbackPath = (connection: string, name: string, token: string): string =>
  `/callbacks/${connection}/${name}/${token}?recordId=`;
