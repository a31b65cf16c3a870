import { spanText } from '../age.ts';
import { Frame } from '../frame.tsx';
import type { ScheduleState } from '../overview.ts';
import { Empty } from '../states.tsx';

interface SchedulesSettings {
  readonly schedules: readonly ScheduleState[];
  readonly atMs: number;
}

const columns = ['Schedule', 'Connection', 'When', 'Next run'];

/** What pulls.config.ts declares, and when it runs. */
export function Schedules({ schedules, atMs }: SchedulesSettings) {
  return (
    <section class="part" aria-label="Schedules">
      <h3>Schedules</h3>
      {schedules.length === 0 ? (
        <Empty>None is declared: see pulls.config.ts.</Empty>
      ) : (
        <Frame label="Schedules, as a table" columns={columns}>
          {schedules.map(({ name, connection, expression, timeZone, isPaused, nextAtMs }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{connection}</td>
              <td>
                <code>{expression}</code> {timeZone}
              </td>
              <td title={nextAtMs === undefined ? undefined : new Date(nextAtMs).toLocaleString()}>
                {isPaused ? <span class="mark bad">paused</span> : nextText(nextAtMs, atMs)}
              </td>
            </tr>
          ))}
        </Frame>
      )}
    </section>
  );
}

const nextText = (nextAtMs: number | undefined, atMs: number) =>
  nextAtMs === undefined ? 'no further run' : `in ${spanText(nextAtMs - atMs)}`;
