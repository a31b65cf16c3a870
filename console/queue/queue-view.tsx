import { useState } from 'preact/hooks';
import type { Overview } from '../overview.ts';
import { Failed, Waiting } from '../states.tsx';
import { Charts } from './charts.tsx';
import { Checkpoints } from './checkpoints.tsx';
import { Connections, Learnt } from './connections.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Pulls } from './pulls.tsx';
import { Results } from './results.tsx';
import { Schedules } from './schedules.tsx';
import { useWatching } from './watching.ts';

/** The queues at work, once a second. */
export function QueueView() {
  const { overview, results, moments, problem } = useWatching();
  const [chosen, setChosen] = useState<string>();
  if (!overview) return problem === undefined ? <Waiting what="the queues" /> : <Failed message={problem} />;
  const { governors, atMs } = overview;
  const governed = governors.find(({ connection }) => connection === chosen) ?? governors[0];
  return (
    <section class="queue" aria-label="Queue">
      <div class="view-head">
        <h2>Queue</h2>
        {problem !== undefined && <Failed message={problem} />}
      </div>
      <Tiles overview={overview} />
      <Charts moments={moments} connection={governed?.connection} />
      {governed && <Learnt governed={governed} />}
      <Connections overview={overview} moments={moments} chosen={governed?.connection} choose={setChosen} />
      <DeadLetters letters={overview.deadLetters} total={deadOf(overview)} atMs={atMs} />
      <Pulls pulls={overview.pulls} atMs={atMs} />
      <Checkpoints checkpoints={overview.checkpoints} atMs={atMs} />
      <Schedules schedules={overview.schedules} atMs={atMs} />
      <Results results={results} />
    </section>
  );
}

const deadOf = ({ queues: { deadLetters } }: Overview) => deadLetters.waiting + deadLetters.inFlight;

function Tiles({ overview }: { readonly overview: Overview }) {
  const { invocations } = overview.queues;
  const dead = deadOf(overview);
  return (
    <dl class="tiles">
      <Tile name="Waiting" count={invocations.waiting + invocations.delayed} hint="in the invocation queue" />
      <Tile name="In flight" count={invocations.inFlight} hint="with a worker, or resting" />
      <Tile name="Results" count={overview.results.total} hint="since the start" />
      <Tile
        name="Dead"
        count={dead}
        hint={dead > 0 ? 'given up: see below' : 'given up: none'}
        isBad={dead > 0}
      />
    </dl>
  );
}

interface TileSettings {
  readonly name: string;
  readonly count: number;
  readonly hint: string;
  readonly isBad?: boolean;
}

function Tile({ name, count, hint, isBad = false }: TileSettings) {
  return (
    <div class={`tile${isBad ? ' bad' : ''}`}>
      <dt>{name}</dt>
      <dd>{count.toLocaleString('en')}</dd>
      <dd class="hint">{hint}</dd>
    </div>
  );
}
