import { useState } from 'preact/hooks';
import type { Claimed } from '../api.ts';
import { useLoading } from '../loading.ts';
import { isLocal } from '../place.ts';
import { Failed, Waiting } from '../states.tsx';
import { claimPath, fetchClaim, fetchedAtOnceBytes } from './claim.ts';
import { ResponseView } from './response-view.tsx';

/** A response that was too large for its result: fetched and shown like any other, where the page can reach the bucket. */
export function ClaimView({ claim }: { readonly claim: Claimed }) {
  const [isWanted, setIsWanted] = useState(claim.bytes <= fetchedAtOnceBytes);
  const size = `${claim.bytes.toLocaleString('en')} bytes, compressed`;
  if (!isLocal())
    return (
      <p class="note">
        The response was too large for an answer ({size}).{' '}
        {claim.url === undefined ? (
          `It lies in the bucket as ${claim.key}.`
        ) : (
          <a href={claim.url}>Download it</a>
        )}
      </p>
    );
  return (
    <>
      <p class="note">
        The response was too large for its result and was left in the bucket ({size}).{' '}
        {!isWanted && (
          <button type="button" onClick={() => setIsWanted(true)}>
            Fetch and show it
          </button>
        )}{' '}
        <a href={claimPath(claim.key)} download="response.json">
          Download it
        </a>
      </p>
      {isWanted && <Fetched claimKey={claim.key} />}
    </>
  );
}

function Fetched({ claimKey }: { readonly claimKey: string }) {
  const fetched = useLoading(claimKey, () => fetchClaim(claimKey));
  if (fetched.state === 'loading') return <Waiting what="the response" />;
  if (fetched.state === 'failed') return <Failed message={fetched.message} />;
  return <ResponseView response={fetched.value} isPlain={false} />;
}
