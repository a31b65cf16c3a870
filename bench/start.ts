import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAsDeployed } from './deployed-bundle.ts';
import { runMeasured } from './fresh-process.ts';
import { median } from './median.ts';
import { eventOf, readOf } from './outside/events.ts';
import { type Outside, openOutside } from './outside/outside.ts';
import type { Comparison, Report } from './report.ts';
import { runner, type StartFigures, type Way, ways } from './start/ways.ts';

const atOnce = { manageMs: 0, slowMs: 0, sqsMs: 0, tableMs: 0 };
/** Enough for a median of pairs that a slow phase of the machine does not move (performance.md §0). */
const rounds = 21;
const names = Object.keys(ways).filter((name): name is Way => name in ways);
const own: Way = 'the connector';
const bare: Way = 'middy, ky and the same SDK clients';

/** A cold start, bundled as deployed: until the handler can be called, and until its first result is sent. */
export async function benchStart(): Promise<Report> {
  const outside = await openOutside(atOnce);
  try {
    const measured = await measureAll(outside);
    const of = (name: Way, member: keyof StartFigures) => (measured.get(name) ?? []).map((it) => it[member]);
    // By the CPU, which is the time by the clock where nobody else wants the processor.
    const ratios = of(own, 'readyCpuMs').map((ms, round) => ms / (of(bare, 'readyCpuMs')[round] ?? ms));
    const more = of(own, 'readyMb').map((mb, round) => mb - (of(bare, 'readyMb')[round] ?? mb));
    const compared = (title: string, unit: 'ms' | 'MB', member: keyof StartFigures): Comparison => {
      return { title, unit, rows: names.map((name) => ({ name, value: median(of(name, member)) })) };
    };
    return {
      name: 'start',
      title: `fresh processes in turn, median of ${rounds}`,
      comparisons: [
        compared('from the start of the process until ready', 'ms', 'readyMs'),
        compared('CPU of the main thread until ready', 'ms', 'readyCpuMs'),
        compared('from the start of the process until the first result is sent', 'ms', 'firstMs'),
        compared('the most memory until ready', 'MB', 'readyMb'),
        compared('the most memory until the first result is sent', 'MB', 'firstMb'),
      ],
      goals: [
        { what: `init over ${bare}`, unit: 'x', value: median(ratios), bound: { atMost: 1.1 } },
        { what: `memory more than ${bare}`, unit: 'MB', value: median(more), bound: { atMost: 10 } },
      ],
    };
  } finally {
    outside.close();
  }
}

/** All ways in every round, in an order of its own; the first round only fills the caches of the disk. */
async function measureAll(outside: Outside): Promise<ReadonlyMap<Way, readonly StartFigures[]>> {
  const file = join(outside.folder, 'runner.mjs');
  writeFileSync(file, runner);
  const urls = new Map(
    names.map((name, place) => [
      name,
      bundleAsDeployed(ways[name], join(outside.folder, `${place}.mjs`), { isWhole: name !== own }).url,
    ]),
  );
  const event = JSON.stringify(eventOf([readOf('acme', 1)]));
  const measured = new Map(names.map((name) => [name, [] as StartFigures[]]));
  for (let round = -1; round < rounds; round++)
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
      const args = [urls.get(name) ?? '', event, 'all'];
      const figures: StartFigures = await runMeasured(file, args, outside);
      if (round >= 0) measured.get(name)?.push(figures);
    }
  return measured;
}
