import type { World } from '../world.ts';
import type { Write } from './ledger.ts';

/** Notes a write that has just taken effect, where reads are to see it later (§9.2). */
export function delay(write: Write, world: World): void {
  const { path, id, action, record, previous } = write;
  const { deletionLagMs, writeLagMs } = world.settings;
  const lagMs = action === 'deleted' ? deletionLagMs : writeLagMs;
  if (lagMs === 0) return;
  const before = action === 'added' ? undefined : (previous ?? record);
  // A company that is deleted stays, with its mark.
  const after = world.store.holds(path, id) ? record : undefined;
  world.ledger.late.push({ path, id, before, after, dueMs: world.now().getTime() + lagMs });
}

/**
 * What a read sees that comes from a copy of the database which is behind: the writes that are late are taken back while
 * it runs. Writes always see the truth, so a create can be patched and referred to before any list has it.
 */
export function fromReplica<T>(read: () => T, world: World): T {
  // Other members' changes that are due come first: none of them is to fall into what is taken back.
  world.mutator?.catchUp(world);
  const { ledger, store, now } = world;
  const nowMs = now().getTime();
  const late = ledger.late.filter(({ dueMs }) => dueMs > nowMs);
  ledger.late.splice(0, ledger.late.length, ...late);
  for (const { path, id, before } of late.toReversed()) store.put(path, id, before);
  try {
    return read();
  } finally {
    for (const { path, id, after } of late) store.put(path, id, after);
  }
}
