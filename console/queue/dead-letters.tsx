import { useState } from 'preact/hooks';
import { spanText } from '../age.ts';
import { jsonOf } from '../api.ts';
import { messageOf } from '../loading.ts';
import type { DeadLetter } from '../overview.ts';
import { Tree } from '../response/tree.tsx';
import { redrive } from './watching.ts';

interface DeadLettersSettings {
  readonly letters: readonly DeadLetter[];
  /** How many there are, shown or not. */
  readonly total: number;
  readonly atMs: number;
}

/** What was given up, one by one, with why; each can be sent back alone. */
export function DeadLetters({ letters, total, atMs }: DeadLettersSettings) {
  const { problem, send } = useRedrive();
  if (total === 0) return null;
  return (
    <section class="part" aria-label="Dead letters">
      <div class="view-head">
        <h3>Dead letters</h3>
        <button type="button" onClick={() => send()}>
          Redrive all
        </button>
      </div>
      {problem !== undefined && (
        <p class="failed" role="alert">
          {problem}
        </p>
      )}
      <ol class="letters">
        {letters.map((letter) => (
          <Letter key={letter.messageId} letter={letter} atMs={atMs} send={send} />
        ))}
      </ol>
      {total > letters.length && (
        <p class="hint">
          The newest {letters.length} of {total.toLocaleString('en')}.
        </p>
      )}
    </section>
  );
}

interface LetterSettings {
  readonly letter: DeadLetter;
  readonly atMs: number;
  readonly send: (messageId: string) => void;
}

function Letter({ letter, atMs, send }: LetterSettings) {
  const [isOpen, setIsOpen] = useState(false);
  const { messageId, id = messageId, connection, operationId, why, sentAtMs, body, isCut, isTaken } = letter;
  return (
    <li>
      <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>
          <strong>{operationId ?? 'No invocation'}</strong> <code>{id}</code>{' '}
          <span class="hint">
            {connection || 'no connection named'} · {spanText(atMs - sentAtMs)} old
          </span>
          <span class="why">{why}</span>
        </summary>
        {isOpen && isCut && <p class="note">The message is long: this is how it begins.</p>}
        {isOpen && (isCut ? <pre class="json">{body}</pre> : <Tree value={jsonOf(body)} />)}
      </details>
      <button type="button" aria-label={`Redrive ${id}`} disabled={isTaken} onClick={() => send(messageId)}>
        {isTaken ? 'In use' : 'Redrive'}
      </button>
    </li>
  );
}

/** Sends letters back and keeps why that failed. The list itself is right again with the next look. */
function useRedrive() {
  const [problem, setProblem] = useState<string>();
  const send = (messageId?: string) => {
    redrive(messageId).then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return { problem, send };
}
