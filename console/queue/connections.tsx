import { useState } from 'preact/hooks';
import { Frame } from '../frame.tsx';
import type { Governed, Overview } from '../overview.ts';
import { Empty } from '../states.tsx';
import { type ConnectionRow, connectionRows } from './connection-rows.ts';
import { SmallLine } from './small-line.tsx';
import type { Moment } from './watching.ts';

interface ConnectionsSettings {
  readonly overview: Overview;
  readonly moments: readonly Moment[];
  /** Whose chart is drawn above. */
  readonly chosen: string | undefined;
  readonly choose: (connection: string) => void;
}

const step = 50;
const columns = ['Connection', 'Waiting', 'In flight', 'Dead', 'State', 'Pace', 'Answered', 'Lately'];

/** Every connection: how many messages of it there are, and how the governor lets it go. */
export function Connections({ overview, moments, chosen, choose }: ConnectionsSettings) {
  const [shown, setShown] = useState(step);
  const rows = connectionRows(overview);
  return (
    <section class="part" aria-label="Connections">
      <h3>Connections</h3>
      {rows.length === 0 ? (
        <Empty>There is no connection yet: a connection is a secret.</Empty>
      ) : (
        <Frame label="Connections, as a table" columns={columns}>
          {rows.slice(0, shown).map((row) => (
            <Row
              key={row.connection}
              row={row}
              atMs={overview.atMs}
              moments={moments}
              isChosen={row.connection === chosen}
              choose={choose}
            />
          ))}
        </Frame>
      )}
      {rows.length > shown && (
        <button type="button" class="quiet" onClick={() => setShown(shown + step)}>
          Show {Math.min(step, rows.length - shown)} more
        </button>
      )}
    </section>
  );
}

interface RowSettings {
  readonly row: ConnectionRow;
  readonly atMs: number;
  readonly moments: readonly Moment[];
  readonly isChosen: boolean;
  readonly choose: (connection: string) => void;
}

function Row({ row, atMs, moments, isChosen, choose }: RowSettings) {
  const { connection, waiting, inFlight, dead, governed } = row;
  return (
    <tr class={isChosen ? 'chosen' : undefined}>
      <th scope="row">
        {governed ? (
          <button type="button" class="choose" aria-pressed={isChosen} onClick={() => choose(connection)}>
            {connection}
          </button>
        ) : (
          connection || 'none named'
        )}
      </th>
      <td class="number">{waiting.toLocaleString('en')}</td>
      <td class="number">{inFlight.toLocaleString('en')}</td>
      <td class={dead > 0 ? 'number bad' : 'number'}>{dead.toLocaleString('en')}</td>
      {governed ? (
        <>
          <State governed={governed} atMs={atMs} />
          <td class="number">{perMinute(governed.perMinute)}</td>
          <td class="number">{Math.round(governed.answeredPerMinute).toLocaleString('en')}/min</td>
          <td>
            <SmallLine paces={moments.map(({ paces }) => paces.get(connection))} />
          </td>
        </>
      ) : (
        <td colSpan={4} class="nothing">
          never called
        </td>
      )}
    </tr>
  );
}

function State({
  governed: { blockedUntilMs },
  atMs,
}: {
  readonly governed: Governed;
  readonly atMs: number;
}) {
  const blockedMs = blockedUntilMs - atMs;
  return blockedMs > 0 ? (
    <td class="bad">blocked, {Math.ceil(blockedMs / 1000)} s</td>
  ) : (
    <td class="good">open</td>
  );
}

const perMinute = (rate: number) =>
  rate === 0 ? 'not known' : `${Math.round(rate).toLocaleString('en')}/min`;

/** What the governor has learnt of one connection. */
export function Learnt({ governed }: { readonly governed: Governed }) {
  const { safePerMinute, wallPerMinute, usualLatencyMs, resting } = governed;
  const facts = [
    ['Highest rate that held', perMinute(safePerMinute)],
    ['Lowest that was punished', wallPerMinute === 0 ? 'none yet' : perMinute(wallPerMinute)],
    ['Usual time', usualLatencyMs === 0 ? 'not known' : `${Math.round(usualLatencyMs)} ms`],
    ['Messages resting', resting.toLocaleString('en')],
  ] as const;
  return (
    <dl class="learnt" aria-label={`Learnt of ${governed.connection}`}>
      {facts.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
