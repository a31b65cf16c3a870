import type { Operation } from './catalogue/operation.ts';

/** What an operation does that no other operation can undo. */
type Destruction = 'deletes' | 'acts in bulk' | 'merges records' | 'clears or resets';

/**
 * What an operation destroys, told by its method and path alone, so that it holds for the document of any version: every
 * deletion, be it of one record or of a collection; whatever touches many records in one call; merging, which ends one of two
 * records; clearing and resetting. Replacing, converting, detaching and deactivating can be put back, and are ordinary writes.
 * docs/security.md lists what comes of it.
 */
export function destructionOf({ method, path }: Pick<Operation, 'method' | 'path'>): Destruction | undefined {
  const action = /\/([^/{}]+)\/?$/.exec(path)?.[1]?.toLowerCase();
  if (method === 'GET') return undefined;
  if (action === 'bulk') return 'acts in bulk';
  if (method === 'DELETE') return 'deletes';
  if (method !== 'POST') return undefined;
  if (action === 'merge') return 'merges records';
  return action === 'clear' || action === 'reset' ? 'clears or resets' : undefined;
}
