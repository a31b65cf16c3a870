import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { ClaimStore } from '../claim.ts';
import type { FileStore } from '../pull/export.ts';
import type { SnapshotStore } from '../pull/snapshot.ts';

export interface Objects extends ClaimStore, FileStore, SnapshotStore {
  /** A link that anyone can read the object by until it expires. */
  link(key: string, expiresInSeconds: number): Promise<string>;
}

/** A bucket of gzip-compressed JSON, and of files as they are. Of claims, readers that follow Content-Encoding (browsers, curl --compressed) get plain JSON. */
export function createObjects(bucket: string, config: S3ClientConfig): Objects {
  const client = new S3Client(config);
  return {
    bucket,
    put: async (key, gzip) => {
      const kind = { ContentType: 'application/json', ContentEncoding: 'gzip' };
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: gzip, ...kind }));
    },
    // No Content-Encoding: a reader that goes by the name of a .gz file would unpack it a second time.
    putFile: async (key, bytes, contentType) => {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }),
      );
    },
    get: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!Body) throw new Error('The object has no body.');
      return Body.transformToByteArray();
    },
    link: (key, expiresInSeconds) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: expiresInSeconds,
      }),
  };
}
