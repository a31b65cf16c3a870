import { useState } from 'preact/hooks';
import { readTold } from '../api.ts';
import type { RecentResult } from '../overview.ts';
import { ClaimView } from '../response/claim-view.tsx';
import { Tree } from '../response/tree.tsx';
import { Empty } from '../states.tsx';

/** The newest results, each to be opened. */
export function Results({ results }: { readonly results: readonly RecentResult[] }) {
  return (
    <section class="part" aria-label="Results">
      <h3>Results as they come</h3>
      {results.length === 0 && (
        <Empty>None has come yet. Queue an invocation, and its result appears here.</Empty>
      )}
      <ol class="results">
        {results.map((result) => (
          <ResultLine key={result.number} result={result} />
        ))}
      </ol>
    </section>
  );
}

function ResultLine({ result: { atMs, value, isCut } }: { readonly result: RecentResult }) {
  const [isOpen, setIsOpen] = useState(false);
  const { succeeded, responseCode, reason, id, operationId, description, claim } = readTold(value);
  return (
    <li>
      <details
        open={isOpen}
        onToggle={(event) => event.target === event.currentTarget && setIsOpen(event.currentTarget.open)}
      >
        <summary>
          <span class={`mark ${succeeded ? 'good' : 'bad'}`}>{succeeded ? responseCode : reason}</span>{' '}
          <strong>{description ?? operationId ?? 'No invocation'}</strong> <code>{id}</code>{' '}
          <time dateTime={new Date(atMs).toISOString()}>{new Date(atMs).toLocaleTimeString()}</time>
        </summary>
        {isOpen && isCut && <p class="note">Its response is long and is not kept here.</p>}
        {isOpen && claim && <ClaimView claim={claim} />}
        {isOpen && <Tree value={value} />}
      </details>
    </li>
  );
}
