import { useState } from 'preact/hooks';
import { messageOf } from '../loading.ts';
import { OutcomeView } from '../outcome-view.tsx';
import type { CheckpointState } from '../overview.ts';
import { followAgain, type Outcome } from '../running.ts';
import { Failed } from '../states.tsx';
import { readCheckpoint } from './checkpoint.ts';
import { Checkpoints } from './checkpoints.tsx';

/** What a deployed connector tells of its queue by its API: one invocation, and one checkpoint, each by its name. */
export function DeployedQueueView({ connection }: { readonly connection: string }) {
  return (
    <section class="queue" aria-label="Queue">
      <h2>Queue</h2>
      <p class="note">
        Counts, dead letters, the governor, and lists of pulls, checkpoints and schedules are shown only by
        the console of one machine (npm start): a deployed API does not list them. Its dead letters: npx
        manage dead list --stack NAME.
      </p>
      <InvocationLookUp connection={connection} />
      <CheckpointLookUp connection={connection} />
    </section>
  );
}

function InvocationLookUp({ connection }: { readonly connection: string }) {
  const [outcome, setOutcome] = useState<Outcome>();
  return (
    <section class="part" aria-label="An invocation">
      <LookUp
        label={`Id of an invocation of ${connection}`}
        find={(id) => void followAgain(id, connection, setOutcome)}
      />
      {outcome && <OutcomeView outcome={outcome} />}
    </section>
  );
}

function CheckpointLookUp({ connection }: { readonly connection: string }) {
  const [found, setFound] = useState<CheckpointState>();
  const [problem, setProblem] = useState<string>();
  const find = (name: string) => {
    readCheckpoint({ connection, name }, Date.now()).then(
      (checkpoint) => {
        setFound(checkpoint);
        setProblem(undefined);
      },
      (error: unknown) => {
        setFound(undefined);
        setProblem(messageOf(error));
      },
    );
  };
  return (
    <section class="part" aria-label="A checkpoint">
      <LookUp label={`Name of a checkpoint of ${connection}`} find={find} />
      {problem !== undefined && <Failed message={problem} />}
      {found && <Checkpoints checkpoints={[found]} atMs={Date.now()} changed={() => find(found.name)} />}
    </section>
  );
}

interface LookUpSettings {
  readonly label: string;
  readonly find: (text: string) => void;
}

function LookUp({ label, find }: LookUpSettings) {
  const [text, setText] = useState('');
  return (
    <form
      class="look-up"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') find(text.trim());
      }}
    >
      <label>
        <span>{label}</span>
        <input
          value={text}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit">Look it up</button>
    </form>
  );
}
