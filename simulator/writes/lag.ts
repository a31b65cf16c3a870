import type { World } from '../world.ts';
import type { LateWrite, Write } from './ledger.ts';

/**
 * Notes a write that has just taken effect, where reads are to see it later (§9.2). A copy of the database takes writes
 * in their order: once a write of a record is seen, so is what was written to it before.
 */
export function delay({ path, id, action, record, previous }: Write, { settings, ledger, now }: World): void {
  const lagMs = action === 'deleted' ? settings.deletionLagMs : settings.writeLagMs;
  if (lagMs === 0 && ledger.late.length === 0) return;
  const nowMs = now().getTime();
  const dueMs = nowMs + lagMs;
  const hastened = (one: LateWrite): LateWrite =>
    one.path === path && one.id === id && one.dueMs > dueMs ? { ...one, dueMs } : one;
  const before = action === 'added' ? undefined : (previous ?? record);
  ledger.late = [...ledger.late.map(hastened), { path, id, before, dueMs }].filter(
    (one) => one.dueMs > nowMs,
  );
}

/**
 * What a read sees that comes from a copy of the database which is behind: the writes that are late are taken back while
 * it runs. Writes always see the truth, so a create can be patched and referred to before any list has it.
 */
export function fromReplica<T>(read: () => T, world: World): T {
  // Other members' changes that are due come first: none of them is to fall into what is taken back.
  world.mutator?.catchUp(world);
  const { ledger, store, now } = world;
  if (ledger.late.length === 0) return read();
  const nowMs = now().getTime();
  ledger.late = ledger.late.filter(({ dueMs }) => dueMs > nowMs);
  const truth = ledger.late.map(({ path, id }) => ({ path, id, record: store.written(path, id) }));
  for (const { path, id, before } of ledger.late.toReversed()) store.put(path, id, before);
  try {
    return read();
  } finally {
    for (const { path, id, record } of truth) store.put(path, id, record);
  }
}
