import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { certificateSchema } from '../../lib/pull/certificate.ts';
import { accessKey, region } from '../../local/region.ts';

const manifestSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  connection: z.string(),
  operationId: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  request: z.optional(z.unknown()),
  format: z.literal('ndjson'),
  compression: z.literal('gzip'),
  rows: z.number(),
  bytes: z.number(),
  parts: z.array(
    z.strictObject({
      key: z.string(),
      rows: z.number(),
      bytes: z.number(),
      sha256: z.string(),
      firstId: z.optional(z.number()),
      lastId: z.optional(z.number()),
    }),
  ),
  certificate: certificateSchema,
});

const exportSchema = z.object({ bucket: z.string(), prefix: z.string(), manifest: z.string() });

type Rows = readonly (Record<string, unknown> & { readonly id: number })[];

/** Reads from the emulated S3 what exports have left there, as a consumer would. */
export function storedFiles(endpoint: string) {
  const client = new S3Client({ endpoint, region, credentials: accessKey });
  const read = async (bucket: string, key: string) => {
    const { Body, ContentEncoding, ContentType } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
    );
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    return { bytes, contentEncoding: ContentEncoding, contentType: ContentType };
  };
  const keys = async (bucket: string, prefix: string) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    return Contents.flatMap(({ Key }) => Key ?? []);
  };
  /** @param stated what the result has as `export`. Checks every part against what the manifest says of it. */
  const exported = async (stated: unknown) => {
    const { bucket, prefix, manifest: key } = exportSchema.parse(stated);
    const manifest = manifestSchema.parse(JSON.parse((await read(bucket, key)).bytes.toString()));
    const parts = await Promise.all(
      manifest.parts.map(async (part) => {
        const file = await read(bucket, part.key);
        const text = gunzipSync(file.bytes).toString();
        const rows: Rows = text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line));
        const sha256 = createHash('sha256').update(file.bytes).digest('hex');
        const ids = rows.length > 0 && { firstId: rows[0]?.id, lastId: rows.at(-1)?.id };
        const found = { key: part.key, rows: rows.length, bytes: file.bytes.length, sha256, ...ids };
        return { part, found, file, rows };
      }),
    );
    return { bucket, prefix, manifest, parts, rows: parts.flatMap(({ rows }) => rows) };
  };
  return { read, keys, exported, close: () => client.destroy() };
}
