import type { Operation } from '../../lib/catalogue/operation.ts';
import { createDice, type Dice } from '../dice.ts';
import { isRecord, type Json, type JsonRecord } from '../json.ts';
import { timestamp } from '../records.ts';
import type { CollectionTarget } from '../resources.ts';
import { shapeOf } from '../shapes.ts';
import type { Collection } from '../store.ts';
import type { World } from '../world.ts';
import type { WriteAction } from '../writes/ledger.ts';
import { announce } from '../writes/writer.ts';

/** How other people work while a client reads: nobody pages through a company that stands still (§4.11). */
export interface MutatorOptions {
  /** Changes a minute by the clock; default 0: only what `step` is told. */
  readonly mutationsPerMinute?: number;
  /** Paths of the collections that change; default `/service/tickets`. */
  readonly mutatedPaths?: readonly string[];
}

export const mutatorDefaults: Required<MutatorOptions> = {
  mutationsPerMinute: 0,
  mutatedPaths: ['/service/tickets'],
};

/** One change that the mutator made. */
export interface Mutation {
  readonly path: string;
  readonly id: number;
  readonly action: WriteAction;
}

/** Adds, changes and deletes records as other members would; the same seed and steps make the same changes. */
export interface Mutator {
  /** Makes this many changes now, 10,000 at the most. */
  step(count: number, world: World): readonly Mutation[];
  /** Makes the changes that the clock says are due since the last call. */
  catchUp(world: World): readonly Mutation[];
}

interface MutatorSettings extends Required<MutatorOptions> {
  readonly seed: number;
  readonly now: () => Date;
}

const mostAtOnce = 10_000;
const member = 'NightShift';

/** A collection that changes, and the operations that a client would have used. */
interface Field {
  readonly path: string;
  readonly target: CollectionTarget;
  readonly collection: Collection;
  readonly operations: Readonly<Record<WriteAction, Operation | undefined>>;
}

function fieldOf(path: string, world: World): Field {
  const { catalogue, resources, store } = world;
  const list = catalogue.find(`GET ${path}`);
  const target = list && resources.target(list, []);
  if (target?.kind !== 'collection')
    throw new Error(
      `The mutator cannot change '${path}': the catalogue has no list there. Name one such as /service/tickets.`,
    );
  return {
    path,
    target,
    collection: store.collection(target.path, target.resource.schema),
    operations: {
      added: catalogue.find(`POST ${path}`),
      updated: catalogue.find(`PATCH ${path}/{id}`),
      deleted: catalogue.find(`DELETE ${path}/{id}`),
    },
  };
}

/** Half of all changes are updates; a few are deletions, so that a walk sees records go as well. */
function actionOf(dice: Dice): WriteAction {
  if (dice.chance(0.5)) return 'updated';
  return dice.chance(0.7) ? 'added' : 'deleted';
}

function stamped(record: JsonRecord, isNew: boolean, world: World): JsonRecord {
  if (record['_info'] === undefined) return record;
  const now = timestamp(world.now().getTime());
  const changed = { lastUpdated: now, updatedBy: member };
  const entered = isNew ? { dateEntered: now, enteredBy: member } : {};
  const before = isRecord(record['_info']) ? record['_info'] : {};
  return { ...record, _info: { ...before, ...entered, ...changed } };
}

/** The text that tells one state of a record from the next; no identifier, which others may refer to. */
function retitled(record: JsonRecord, mark: string, { target }: Field, world: World): JsonRecord {
  const { properties = {} } = shapeOf(target.resource.schema, world.catalogue).shape;
  const name = ['summary', 'name', 'text', 'title', 'description'].find((one) =>
    Object.hasOwn(properties, one),
  );
  const text = name === undefined ? undefined : record[name];
  if (name === undefined || typeof text !== 'string') return record;
  const room = (properties[name]?.maxLength ?? 100) - mark.length;
  return { ...record, [name]: text.replace(/ ~\d+$/, '').slice(0, Math.max(0, room)) + mark };
}

/** A new record is like an old one but for its id and its stamps: so its references are as good. */
function recordAfter(
  action: WriteAction,
  like: JsonRecord,
  id: number,
  count: number,
  field: Field,
  world: World,
): JsonRecord {
  const identifier: Record<string, Json> =
    action === 'added' && typeof like['identifier'] === 'string' ? { identifier: `Copy${id}` } : {};
  const titled = retitled({ ...like, ...identifier, id }, ` ~${count}`, field, world);
  return stamped(titled, action === 'added', world);
}

function change(field: Field, dice: Dice, count: number, world: World): Mutation | undefined {
  const { collection, operations, target } = field;
  const ids = collection.ids();
  const picked = ids[dice.whole(0, Math.max(0, ids.length - 1))];
  const action = actionOf(dice);
  const operation = operations[action];
  const previous = picked === undefined ? undefined : collection.get(picked);
  if (picked === undefined || previous === undefined || operation === undefined) return undefined;
  const id = action === 'added' ? collection.nextId() : picked;
  const record = action === 'deleted' ? previous : recordAfter(action, previous, id, count, field, world);
  if (action === 'deleted') collection.remove(id);
  else collection.set(id, record);
  const { entity } = target.resource;
  const before = action === 'updated' ? { previous } : {};
  announce({ entity, path: target.path, id, action, record, ...before }, { ...world, member, operation });
  return { path: target.path, id, action };
}

/** A mutator, driven by a seed and the clock: it has no timer, and changes nothing between two calls. */
export function createMutator({ seed, now, mutationsPerMinute, mutatedPaths }: MutatorSettings): Mutator {
  const dice = createDice(seed, 'mutator');
  const startMs = now().getTime();
  let [made, due] = [0, 0];
  const step = (count: number, world: World): readonly Mutation[] => {
    const fields = mutatedPaths.map((path) => fieldOf(path, world));
    const [first, ...others] = fields;
    if (first === undefined) return [];
    return Array.from({ length: Math.min(count, mostAtOnce) }).flatMap(() => {
      made += 1;
      return change(dice.pick([first, ...others]), dice, made, world) ?? [];
    });
  };
  return {
    step,
    catchUp: (world) => {
      const all = Math.floor(((now().getTime() - startMs) / 60_000) * mutationsPerMinute);
      const count = Math.max(0, all - due);
      due = Math.max(all, due);
      return count === 0 ? [] : step(count, world);
    },
  };
}
