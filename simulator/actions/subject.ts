import type { Call } from '../call.ts';
import { recordMissing } from '../failures.ts';
import type { CollectionTarget, RecordTarget, Target } from '../resources.ts';
import type { World } from '../world.ts';

/** What the path of an action names before its last word: the record of `/time/sheets/{id}/approve`. */
function before(call: Call, world: World): Target | undefined {
  const path = call.operation.path.replace(/\/[^/]+\/?$/, '');
  const read =
    world.catalogue.find(`GET ${path}`) ?? world.catalogue.find(`GET ${path.replace(/\{\w+\}$/, '{id}')}`);
  return read && world.resources.target(read, call.values);
}

/** The record that an action is about; undefined where the document has no way to read it. */
export function recordOf(call: Call, world: World): RecordTarget | undefined {
  const target = before(call, world);
  return target?.kind === 'record' ? target : undefined;
}

/** The collection that an action is about, such as that of `/service/boards/copy`. */
export function collectionBefore(call: Call, world: World): CollectionTarget | undefined {
  const target = before(call, world);
  return target?.kind === 'collection' ? target : undefined;
}

/** The collection without parents that holds an entity. */
export function homeTarget(entity: string, world: World): CollectionTarget | undefined {
  const resource = world.resources.home(entity);
  return resource && { kind: 'collection', path: resource.key, resource };
}

/** One record of a collection; refuses an id that is not there. */
export function memberTarget(target: CollectionTarget, id: number, world: World): RecordTarget {
  if (!world.store.holds(target.path, id)) throw recordMissing(target.resource.entity, id);
  return { ...target, kind: 'record', id: String(id) };
}
