import { useState } from 'preact/hooks';
import { spanText } from '../age.ts';
import { Confirmation } from '../confirmation.tsx';
import { Frame } from '../frame.tsx';
import type { CheckpointState } from '../overview.ts';
import { operationLink } from '../route.ts';
import { Empty } from '../states.tsx';
import { resetCheckpoint, rewindCheckpoint } from './checkpoint.ts';

interface CheckpointsSettings {
  readonly checkpoints: readonly CheckpointState[];
  readonly atMs: number;
  /** Is told that one was changed. */
  readonly changed?: () => void;
}

type Wanted = { readonly act: 'reset' | 'rewind'; readonly checkpoint: CheckpointState };

const columns = ['Checkpoint', 'Watermark', 'Moved', 'Rows', 'Turn', 'Put back'];

/** How far the incremental pulls are, and how to put one back. */
export function Checkpoints({ checkpoints, atMs, changed = () => undefined }: CheckpointsSettings) {
  const [wanted, setWanted] = useState<Wanted>();
  const close = () => {
    setWanted(undefined);
    changed();
  };
  return (
    <section class="part" aria-label="Checkpoints">
      <h3>Checkpoints</h3>
      {checkpoints.length === 0 ? (
        <Empty>No pull has used one yet.</Empty>
      ) : (
        <Frame label="Checkpoints, as a table" columns={columns}>
          {checkpoints.map((checkpoint) => (
            <Row
              key={`${checkpoint.connection}/${checkpoint.name}`}
              checkpoint={checkpoint}
              atMs={atMs}
              want={(act) => setWanted({ act, checkpoint })}
            />
          ))}
        </Frame>
      )}
      {wanted?.act === 'reset' && <Reset checkpoint={wanted.checkpoint} close={close} />}
      {wanted?.act === 'rewind' && <Rewind checkpoint={wanted.checkpoint} close={close} />}
    </section>
  );
}

interface RowSettings {
  readonly checkpoint: CheckpointState;
  readonly atMs: number;
  readonly want: (act: Wanted['act']) => void;
}

function Row({ checkpoint, atMs, want }: RowSettings) {
  const { connection, name, operationId, asked, watermark, movedAtMs, pulls, lastRows, lock } = checkpoint;
  return (
    <tr>
      <th scope="row">
        {name} <span class="hint">{connection}</span>
        <br />
        <a href={operationLink(operationId)} title={asked}>
          {operationId}
        </a>
      </th>
      <td class="number">{watermark ?? 'by content'}</td>
      <td>
        {movedAtMs === undefined ? 'never' : `${spanText(atMs - movedAtMs)} ago`}
        <br />
        <span class="hint">{pulls} in all</span>
      </td>
      <td class="number">{lastRows === undefined ? 'not known' : lastRows.toLocaleString('en')}</td>
      <td class={lock ? undefined : 'good'} title={lock?.pull}>
        {lock ? `taken, ${spanText(lock.untilMs - atMs)}` : 'free'}
      </td>
      <td class="acts">
        {watermark !== undefined && (
          <button type="button" class="quiet" aria-label={`Rewind ${name}`} onClick={() => want('rewind')}>
            Rewind…
          </button>
        )}
        <button type="button" class="quiet" aria-label={`Reset ${name}`} onClick={() => want('reset')}>
          Reset…
        </button>
      </td>
    </tr>
  );
}

interface DialogSettings {
  readonly checkpoint: CheckpointState;
  readonly close: () => void;
}

function Reset({ checkpoint, close }: DialogSettings) {
  const { name, connection, operationId } = checkpoint;
  return (
    <Confirmation
      title={`Reset the checkpoint ${name} of ${connection}?`}
      verb="Reset"
      confirm={() => resetCheckpoint(checkpoint)}
      close={close}
    >
      <p>
        The next pull takes the whole of {operationId} again, and every record of it reaches the consumer a
        second time.
      </p>
    </Confirmation>
  );
}

function Rewind({ checkpoint, close }: DialogSettings) {
  const { name, connection, watermark = '' } = checkpoint;
  const [time, setTime] = useState(watermark);
  return (
    <Confirmation
      title={`Rewind the checkpoint ${name} of ${connection}?`}
      verb="Rewind"
      confirm={() => rewindCheckpoint(checkpoint, time.trim())}
      close={close}
    >
      <p>The next pull takes again what was changed since this time. It is at {watermark} now.</p>
      <label class="dialog-field">
        <span>Back to, in UTC</span>
        <input
          value={time}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setTime(event.currentTarget.value)}
        />
      </label>
    </Confirmation>
  );
}
