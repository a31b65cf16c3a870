import { spanText } from '../age.ts';
import { Frame } from '../frame.tsx';
import type { PullProgress } from '../overview.ts';
import { Empty } from '../states.tsx';

interface PullsSettings {
  readonly pulls: readonly PullProgress[];
  readonly atMs: number;
}

const columns = ['Pull', 'State', 'Rows', 'Pages', 'Begun'];

/** Whole lists on their way, and those that came last. */
export function Pulls({ pulls, atMs }: PullsSettings) {
  return (
    <section class="part" aria-label="Pulls">
      <h3>Pulls</h3>
      {pulls.length === 0 ? (
        <Empty>None since the start. Queue a list with its option “The whole list”.</Empty>
      ) : (
        <Frame label="Pulls, as a table" columns={columns}>
          {pulls.map((pull) => (
            <Row key={pull.key} pull={pull} atMs={atMs} />
          ))}
        </Frame>
      )}
    </section>
  );
}

function Row({ pull, atMs }: { readonly pull: PullProgress; readonly atMs: number }) {
  const { key, state, rows, pages, expectedRows, startedAtMs, says } = pull;
  const [text, look] = stateOf(pull);
  return (
    <tr>
      <th scope="row">
        <code>{key}</code>
      </th>
      <td class={look} title={says}>
        {text}
      </td>
      <td class="number">
        {rows.toLocaleString('en')}
        {expectedRows !== undefined && ` of ${expectedRows.toLocaleString('en')}`}
        {expectedRows !== undefined && state !== 'ended' && (
          <progress max={Math.max(1, expectedRows)} value={rows} aria-label={`Progress of ${key}`} />
        )}
      </td>
      <td class="number">{pages.toLocaleString('en')}</td>
      <td>{spanText(atMs - startedAtMs)} ago</td>
    </tr>
  );
}

function stateOf({ state, isComplete }: PullProgress): readonly [text: string, look?: 'good' | 'bad'] {
  if (state === 'running') return ['running'];
  if (state === 'resting') return ['between two turns'];
  return isComplete ? ['complete', 'good'] : ['ended, not surely whole', 'bad'];
}
