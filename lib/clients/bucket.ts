import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Objects } from './objects.ts';

/** A bucket of gzip-compressed JSON, and of files as they are. Of claims, readers that follow Content-Encoding (browsers, curl --compressed) get plain JSON. */
export function createBucket(bucket: string, config: S3ClientConfig): Objects {
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
