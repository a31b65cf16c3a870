import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { ClaimStore } from '../claim.ts';
import type { FileStore } from '../pull/export.ts';
import type { SnapshotStore } from '../pull/snapshot.ts';

/** A bucket of gzip-compressed JSON, and of files as they are. Of claims, readers that follow Content-Encoding (browsers, curl --compressed) get plain JSON. */
export interface Objects extends ClaimStore, FileStore, SnapshotStore {
  /** A link that anyone can read the object by until it expires. */
  link(key: string, expiresInSeconds: number): Promise<string>;
}

/**
 * A bucket whose client is loaded by the first who needs it: most workers never leave anything in S3, and of all clients this one
 * is the slowest to load. The packages are imported here and nowhere else, since infra/bundling.ts lays them beside the bundle.
 */
export function createObjects(bucket: string, config: S3ClientConfig): Objects {
  const open = async () => {
    const [s3, { getSignedUrl }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    return { s3, getSignedUrl, client: new s3.S3Client(config) };
  };
  let opening: ReturnType<typeof open> | undefined;
  const opened = () => {
    opening ??= open();
    return opening;
  };
  const put = async (key: string, bytes: Uint8Array, kind: object) => {
    const { s3, client } = await opened();
    await client.send(new s3.PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...kind }));
  };
  return {
    bucket,
    put: (key, gzip) => put(key, gzip, { ContentType: 'application/json', ContentEncoding: 'gzip' }),
    // No Content-Encoding: a reader that goes by the name of a .gz file would unpack it a second time.
    putFile: (key, bytes, contentType) => put(key, bytes, { ContentType: contentType }),
    get: async (key) => {
      const { s3, client } = await opened();
      const { Body } = await client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!Body) throw new Error('The object has no body.');
      return Body.transformToByteArray();
    },
    link: async (key, expiresIn) => {
      const { s3, getSignedUrl, client } = await opened();
      return getSignedUrl(client, new s3.GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn });
    },
  };
}
