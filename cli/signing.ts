import { SignatureV4 } from '@smithy/signature-v4';
import type { Fetch } from './api.ts';
import { awsAccess } from './clients/access.ts';

/** Sends requests signed (SigV4) with the credentials that the AWS command line would use. */
export function signedFetch(service: string): Fetch {
  const { credentials, region, sha256 } = awsAccess();
  const signer = new SignatureV4({ service, region, credentials, sha256 });
  return async (url, options) => {
    const { method, headers, body } = options;
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== '' && { port: Number(url.port) }),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      ...(body !== undefined && { body }),
    });
    // fetch sets `host` by itself, to the same value.
    const { host: _, ...rest } = signed.headers;
    return fetch(url, { method, headers: rest, ...(body !== undefined && { body }) });
  };
}
