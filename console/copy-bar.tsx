import { useState } from 'preact/hooks';
import type { Invocation } from '../lib/invocation.ts';
import { type Copy, copiesOf, type Places } from './copies.ts';

interface CopySettings {
  readonly invocation: Invocation;
  readonly places: Places | undefined;
}

/** The invocation in each form, to look at and to copy. */
export function CopyBar({ invocation, places }: CopySettings) {
  const [name, setName] = useState<Copy['name']>('JSON');
  const [copied, setCopied] = useState<string>();
  const copies = copiesOf(invocation, places);
  const shown = copies.find((copy) => copy.name === name);
  const copy = async () => {
    if (!shown) return;
    try {
      await navigator.clipboard.writeText(shown.text);
      setCopied(shown.text);
    } catch {
      setCopied(undefined);
    }
  };
  return (
    <details class="copies">
      <summary>The invocation, to copy</summary>
      <fieldset class="forms" aria-label="Copy as">
        {copies.map((it) => (
          <button
            key={it.name}
            type="button"
            aria-pressed={it.name === name}
            onClick={() => setName(it.name)}
          >
            {it.name}
          </button>
        ))}
        <button type="button" class="copy" onClick={copy}>
          {copied !== undefined && copied === shown?.text ? 'Copied' : 'Copy'}
        </button>
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <pre tabIndex={0}>{shown?.text}</pre>
    </details>
  );
}
