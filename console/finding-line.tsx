import type { Finding } from '../lib/preflight/finding.ts';

/** A finding of preflight: what is wrong, and the mend. */
export function FindingLine({ finding }: { readonly finding: Finding }) {
  const { severity, message, mend } = finding;
  return (
    <p class={`finding ${severity}`}>
      <strong>{severity === 'error' ? 'Error' : 'Warning'}</strong> {message} <span class="mend">{mend}</span>
    </p>
  );
}
