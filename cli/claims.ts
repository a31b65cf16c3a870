import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Objects } from '../lib/clients/objects.ts';
import type { Claim, Result } from '../lib/result.ts';
import { CommandFailed } from './ending.ts';
import type { AwsSettings } from './place.ts';

/** What a claim leads to: a response that was too large for its message. @throws CommandFailed where it cannot be had. */
export type ReadClaim = (claim: Claim) => Promise<unknown>;

/** The connector reads responses of 64 MiB at the most (functions/services.ts); anything longer is none of its claims. */
const mostBytes = 256 * 1_048_576;

/**
 * Reads claims by the link that the API made, where there is one: whoever may call the API needs no rights in S3 then. Else from
 * the bucket, with the credentials of this shell.
 */
export function claimReader(aws: AwsSettings): ReadClaim {
  const buckets = new Map<string, Objects>();
  const bucketOf = async (name: string): Promise<Objects> => {
    const { createObjects } = await import('../lib/clients/objects.ts');
    const bucket = buckets.get(name) ?? createObjects(name, aws);
    buckets.set(name, bucket);
    return bucket;
  };
  return async (claim) => {
    if (claim.url !== undefined) return linked(claim.url);
    const stored = await (await bucketOf(claim.bucket)).get(claim.key).catch((error: unknown) => {
      throw gone(claim, error instanceof Error ? error.name : 'no reason given');
    });
    const sha256 = createHash('sha256').update(stored).digest('hex');
    if (sha256 !== claim.sha256) throw gone(claim, 'its content is not what was claimed');
    return JSON.parse(gunzipSync(stored, { maxOutputLength: mostBytes }).toString());
  };
}

/** `fetch` unpacks it, going by its Content-Encoding. */
async function linked(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (response.ok) return response.json();
  throw new CommandFailed(
    'failed',
    `The claimed response cannot be fetched: S3 answered ${response.status}.`,
  );
}

const gone = ({ bucket, key }: Claim, why: string) =>
  new CommandFailed('failed', `The claimed response s3://${bucket}/${key} cannot be fetched (${why}).`);

/** A result with what its claim leads to in the place of the claim; any other as it is. */
export async function withClaimed(result: Result, read: ReadClaim): Promise<Result> {
  const { claim, ...rest } = result;
  return claim ? { ...rest, response: await read(claim) } : result;
}
