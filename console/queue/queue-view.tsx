import { useState } from 'preact/hooks';
import { readTold } from '../api.ts';
import { messageOf } from '../loading.ts';
import type { Governed, Overview, RecentResult } from '../overview.ts';
import { Tree } from '../response/tree.tsx';
import { Empty, Failed, Waiting } from '../states.tsx';
import { Charts } from './charts.tsx';
import { redrive, useWatching } from './watching.ts';

/** The queues at work, once a second. */
export function QueueView() {
  const { overview, results, moments, problem } = useWatching();
  if (!overview) return problem === undefined ? <Waiting what="the queues" /> : <Failed message={problem} />;
  return (
    <section class="queue" aria-label="Queue">
      <div class="view-head">
        <h2>Queue</h2>
        {problem !== undefined && <Failed message={problem} />}
      </div>
      <Tiles overview={overview} />
      <Charts moments={moments} connection={overview.governors[0]?.connection} />
      <Governors governors={overview.governors} atMs={overview.atMs} />
      <Results results={results} />
    </section>
  );
}

function Tiles({ overview: { queues, results } }: { readonly overview: Overview }) {
  const { invocations, deadLetters } = queues;
  const dead = deadLetters.waiting + deadLetters.inFlight;
  return (
    <dl class="tiles">
      <Tile name="Waiting" count={invocations.waiting + invocations.delayed} hint="in the invocation queue" />
      <Tile name="In flight" count={invocations.inFlight} hint="with a worker, or resting" />
      <Tile name="Results" count={results.total} hint="since the start" />
      <div class={`tile${dead > 0 ? ' bad' : ''}`}>
        <dt>Dead</dt>
        <dd>{dead.toLocaleString('en')}</dd>
        <dd class="hint">{dead > 0 ? <Redrive count={deadLetters.waiting} /> : 'given up: none'}</dd>
      </div>
    </dl>
  );
}

interface TileSettings {
  readonly name: string;
  readonly count: number;
  readonly hint: string;
}

function Tile({ name, count, hint }: TileSettings) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>{count.toLocaleString('en')}</dd>
      <dd class="hint">{hint}</dd>
    </div>
  );
}

function Redrive({ count }: { readonly count: number }) {
  const [problem, setProblem] = useState<string>();
  const start = () => {
    redrive().then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  return (
    <>
      <button type="button" onClick={start} disabled={count === 0}>
        Redrive
      </button>
      {problem !== undefined && <span role="alert"> {problem}</span>}
    </>
  );
}

interface GovernorsSettings {
  readonly governors: readonly Governed[];
  readonly atMs: number;
}

function Governors({ governors, atMs }: GovernorsSettings) {
  if (governors.length === 0) return <Empty>The governor knows no connection yet: nothing was sent.</Empty>;
  return (
    <>
      <h3>Governor</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <section class="table-frame" tabIndex={0} aria-label="Governor">
        <table>
          <thead>
            <tr>
              {['Connection', 'State', 'Pace', 'Answered', 'Held', 'Limit', 'Usual time', 'Resting'].map(
                (name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {governors.map((governed) => (
              <GovernorRow key={governed.connection} governed={governed} atMs={atMs} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

const perMinute = (rate: number) =>
  rate === 0 ? 'not known' : `${Math.round(rate).toLocaleString('en')}/min`;

interface GovernorRowSettings {
  readonly governed: Governed;
  readonly atMs: number;
}

function GovernorRow({ governed, atMs }: GovernorRowSettings) {
  const blockedMs = governed.blockedUntilMs - atMs;
  return (
    <tr>
      <td>{governed.connection}</td>
      <td class={blockedMs > 0 ? 'bad' : 'good'}>
        {blockedMs > 0 ? `blocked, ${Math.ceil(blockedMs / 1000)} s` : 'open'}
      </td>
      <td class="number">{perMinute(governed.perMinute)}</td>
      <td class="number">{Math.round(governed.answeredPerMinute)}/min</td>
      <td class="number">{perMinute(governed.safePerMinute)}</td>
      <td class="number">{perMinute(governed.wallPerMinute)}</td>
      <td class="number">
        {governed.usualLatencyMs === 0 ? 'not known' : `${Math.round(governed.usualLatencyMs)} ms`}
      </td>
      <td class="number">{governed.resting}</td>
    </tr>
  );
}

function Results({ results }: { readonly results: readonly RecentResult[] }) {
  return (
    <>
      <h3>Results as they come</h3>
      {results.length === 0 && (
        <Empty>None has come yet. Queue an invocation, and its result appears here.</Empty>
      )}
      <ol class="results">
        {results.map((result) => (
          <ResultLine key={result.number} result={result} />
        ))}
      </ol>
    </>
  );
}

function ResultLine({ result: { atMs, value, isCut } }: { readonly result: RecentResult }) {
  const [isOpen, setIsOpen] = useState(false);
  const { succeeded, responseCode, reason, id, operationId, description } = readTold(value);
  return (
    <li>
      <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>
          <span class={`mark ${succeeded ? 'good' : 'bad'}`}>{succeeded ? responseCode : reason}</span>{' '}
          <strong>{description ?? operationId ?? 'No invocation'}</strong> <code>{id}</code>{' '}
          <time dateTime={new Date(atMs).toISOString()}>{new Date(atMs).toLocaleTimeString()}</time>
        </summary>
        {isOpen && isCut && <p class="note">Its response is long and is not kept here.</p>}
        {isOpen && <Tree value={value} />}
      </details>
    </li>
  );
}
