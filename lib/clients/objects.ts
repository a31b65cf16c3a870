import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { ClaimStore } from '../claim.ts';
import type { FileStore } from '../pull/export.ts';
import type { SnapshotStore } from '../pull/snapshot.ts';

export interface Objects extends ClaimStore, FileStore, SnapshotStore {
  /** A link that anyone can read the object by until it expires. */
  link(key: string, expiresInSeconds: number): Promise<string>;
}

/**
 * A bucket whose client is loaded by the first who needs it: most workers never leave anything in S3, and of all clients this one
 * is the slowest to load.
 */
export function createObjects(bucket: string, config: S3ClientConfig): Objects {
  let opening: Promise<Objects> | undefined;
  const open = async (): Promise<Objects> => (await import('./bucket.ts')).createBucket(bucket, config);
  const opened = (): Promise<Objects> => {
    opening ??= open();
    return opening;
  };
  return {
    bucket,
    put: async (key, gzip) => (await opened()).put(key, gzip),
    putFile: async (key, bytes, contentType) => (await opened()).putFile(key, bytes, contentType),
    get: async (key) => (await opened()).get(key),
    link: async (key, expiresInSeconds) => (await opened()).link(key, expiresInSeconds),
  };
}
