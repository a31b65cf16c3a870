import * as z from 'zod/mini';
import { callbackPath, type Declared } from './registry.ts';

/** A registration as ConnectWise lists it. */
export const registrationSchema = z.object({
  id: z.int(),
  url: z.string(),
  type: z.string(),
  level: z.string(),
  objectId: z.int(),
  description: z.optional(z.nullable(z.string())),
  inactiveFlag: z.optional(z.nullable(z.boolean())),
  isSelfSuppressedFlag: z.optional(z.nullable(z.boolean())),
});

export type Registration = z.infer<typeof registrationSchema>;

/** What a registration is to be like. */
interface Wanted extends Pick<Registration, 'url' | 'type' | 'level' | 'objectId'> {
  readonly name: string;
  readonly description: string;
  readonly inactiveFlag: false;
  readonly isSelfSuppressedFlag: boolean;
}

export type Step =
  | { readonly kind: 'keep'; readonly name: string; readonly id: number }
  /** `taken`: a registration of somebody else about the same, which ConnectWise may refuse another one beside. */
  | { readonly kind: 'create'; readonly wanted: Wanted; readonly taken: Registration | undefined }
  | {
      readonly kind: 'repair';
      readonly wanted: Wanted;
      readonly id: number;
      readonly wrong: readonly Repaired[];
    }
  | { readonly kind: 'remove'; readonly registration: Registration; readonly why: 'duplicate' | 'orphan' };

const repaired = ['url', 'inactiveFlag', 'isSelfSuppressedFlag', 'description'] as const;
type Repaired = (typeof repaired)[number];

export interface ReconciliationParts {
  readonly connection: string;
  readonly declared: Readonly<Record<string, Declared>>;
  readonly registrations: readonly Registration[];
  /** Where ConnectWise reaches the connector, without a slash at the end. */
  readonly baseUrl: string;
  /** undefined: there is none yet, so every address will be another. */
  readonly token: string | undefined;
}

/**
 * What is to be done so that ConnectWise calls for what is declared and for nothing else of ours: the steps in their order. Ours is what
 * leads to this connector and this connection; all others are left alone.
 */
export function reconcile(parts: ReconciliationParts): readonly Step[] {
  const { registrations } = parts;
  const ours = registrations.filter((it) => isOurs(it, parts));
  const wanted = wantedOf(parts);
  const steps = wanted.map((it) => stepFor(it, ours, registrations));
  const used = new Set(steps.flatMap((step) => ('id' in step ? [step.id] : [])));
  const topics = new Set(wanted.map(topicOf));
  const removals = ours
    .filter(({ id }) => !used.has(id))
    .map((registration): Step => {
      const why = topics.has(topicOf(registration)) ? 'duplicate' : 'orphan';
      return { kind: 'remove', registration, why };
    });
  return [...steps, ...removals];
}

const isOurs = ({ url }: Registration, { baseUrl, connection }: ReconciliationParts): boolean =>
  url.startsWith(`${baseUrl}/callbacks/${connection}/`);

function wantedOf({
  connection,
  declared,
  baseUrl,
  token = 'TOKEN',
}: ReconciliationParts): readonly Wanted[] {
  return Object.entries(declared).map(([name, { type, level, objectId, suppressesOwnChanges = false }]) => ({
    name,
    url: `${baseUrl}${callbackPath(connection, name, token)}`,
    type,
    level,
    objectId,
    // ConnectWise takes 100 characters (connectwise-api.md §9.4.1).
    description: `Manage Connector: ${name}`,
    inactiveFlag: false,
    isSelfSuppressedFlag: suppressesOwnChanges,
  }));
}

/** What a registration is about. Every owner is the object 1, whatever was asked for (connectwise-api.md §7.1, §9.4.3). */
const topicOf = ({ type, level, objectId }: Pick<Registration, 'type' | 'level' | 'objectId'>): string =>
  `${type} ${level} ${level.toLowerCase() === 'owner' ? 1 : objectId}`.toLowerCase();

function stepFor(wanted: Wanted, ours: readonly Registration[], all: readonly Registration[]): Step {
  const same = (it: Registration) => topicOf(it) === topicOf(wanted);
  const [best] = ours
    .filter(same)
    .toSorted((a, b) => wrongIn(a, wanted).length - wrongIn(b, wanted).length || a.id - b.id);
  if (!best) return { kind: 'create', wanted, taken: all.find(same) };
  const wrong = wrongIn(best, wanted);
  if (wrong.length === 0) return { kind: 'keep', name: wanted.name, id: best.id };
  return { kind: 'repair', wanted, id: best.id, wrong };
}

const wrongIn = (registration: Registration, wanted: Wanted): readonly Repaired[] =>
  repaired.filter(
    (member) => (registration[member] ?? (member === 'description' ? '' : false)) !== wanted[member],
  );
