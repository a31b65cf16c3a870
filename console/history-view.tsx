import type { PastInvocation } from './history.ts';
import { Empty } from './states.tsx';

interface HistorySettings {
  readonly history: readonly PastInvocation[];
  readonly reopen: (entry: PastInvocation) => void;
  readonly clear: () => void;
}

const ways: Readonly<Record<PastInvocation['how'], string>> = { run: 'run', dry: 'dry run', queue: 'queued' };

/** What was sent from this browser, the newest first, each to be opened again. */
export function HistoryView({ history, reopen, clear }: HistorySettings) {
  return (
    <section class="history" aria-label="History">
      <div class="view-head">
        <h2>History</h2>
        {history.length > 0 && (
          <button type="button" onClick={clear}>
            Forget all
          </button>
        )}
      </div>
      {history.length === 0 && <Empty>What you run is listed here, in this browser only.</Empty>}
      <ol>
        {history.map((entry) => (
          <li key={`${entry.atMs} ${entry.invocation.operationId}`}>
            <button type="button" class="entry" onClick={() => reopen(entry)}>
              <span class={`mark ${entry.succeeded ? 'good' : 'bad'}`}>{entry.outcome}</span>
              <span class="entry-what">
                <strong>{entry.description}</strong>
                <code>{shortOf(entry)}</code>
              </span>
              <span class="entry-when">
                {ways[entry.how]} · {entry.invocation.connection} · {Math.round(entry.timeMs)} ms
                <br />
                <time dateTime={new Date(entry.atMs).toISOString()}>
                  {new Date(entry.atMs).toLocaleString()}
                </time>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function shortOf({ invocation: { operationId, inputs } }: PastInvocation): string {
  const given = Object.entries(inputs ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [operationId, ...given].join(' ').slice(0, 160);
}
