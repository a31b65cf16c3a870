import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import type { Verdict } from './chaos/audit.ts';
import { type Counts, noCounts, sumOf } from './chaos/counts.ts';
import { play } from './chaos/history.ts';
import { hush } from './chaos/hush.ts';
import { playKilling } from './chaos/killing.ts';
import { startProcesses } from './chaos/processes.ts';
import { runPulls } from './chaos/pulls/run.ts';
import { openStage } from './chaos/stage.ts';

const usage = 'Usage: npm run chaos [-- --pulls] [--seeds 10000] [--from 0] [--kills 100] [--json] [--trace]';

/**
 * `npm run chaos`: plays so many histories in which everything goes wrong, and counts what was promised. It prints each seed
 * that broke a promise, and ends with 1 where one did. `--from N --seeds 1 --trace` tells the history of one. `--pulls`: histories
 * of pulls in place of those of writes.
 */
async function main(): Promise<void> {
  const asked = options();
  const root = fileURLToPath(new URL('../', import.meta.url));
  const catalogue = loadCatalogue(`${root}.catalogue`);
  const print = hush();
  if (asked.pulls) process.exit((await runPulls(catalogue, asked, print)) ? 0 : 1);
  const { seeds, from, kills, json, trace } = asked;
  const stage = await openStage(catalogue);
  let counts = noCounts;
  let killed = 0;
  const broken: { seed: number; way: string; promise: string; why: string }[] = [];
  const note = (seed: number, way: string, verdict: Verdict) => {
    counts = sumOf(counts, verdict.counts);
    for (const it of verdict.broken) {
      broken.push({ seed, way, ...it });
      if (!json) print(`seed ${seed} (${way}): ${it.promise}: ${it.why}`);
    }
  };
  for (let seed = from; seed < from + seeds; seed++) {
    const played = await play(seed, stage, trace);
    if (trace) print(played.story.join('\n'));
    note(seed, 'turns', played.verdict);
  }
  const processes = kills > 0 ? startProcesses(stage, root) : undefined;
  for (let seed = from; processes && seed < from + kills; seed++) {
    const played = await playKilling(seed, stage, processes);
    killed += played.kills;
    note(seed, 'processes', played.verdict);
  }
  await processes?.close();
  const report = { from, seeds, histories: { turns: seeds, processes: kills }, killed, counts, broken };
  print(json ? JSON.stringify(report, null, 2) : textOf(report));
  // Workers that died in the middle of something still hold timers.
  process.exit(broken.length > 0 ? 1 : 0);
}

interface Report {
  readonly histories: { readonly turns: number; readonly processes: number };
  readonly killed: number;
  readonly counts: Counts;
  readonly broken: readonly { readonly promise: string }[];
}

function textOf({ histories, killed, counts, broken }: Report): string {
  const brokenOf = (promise: string) => broken.filter((it) => it.promise === promise).length;
  const line = (name: string, count: number) => `  ${name.padEnd(44)}${String(count).padStart(8)}`;
  const of = Object.entries(counts.unknown).map(([why, count]) => line(`  ${why}`, count));
  return [
    `${histories.turns} histories in turns, ${histories.processes} with ${killed} processes killed`,
    line('writes', counts.writes),
    line('sent to ConnectWise', counts.sends),
    line('took effect there', counts.effects),
    line('messages', counts.messages),
    line('results', counts.results),
    line('dead letters', counts.deadLetters),
    line('found by a look-up', counts.settled),
    line('told as not applied', counts.notApplied),
    line(
      'told as unknown, rightly',
      Object.values(counts.unknown).reduce((sum, count) => sum + count, 0),
    ),
    ...of,
    line('told again with less, the table being away', counts.forgotten),
    'broken promises',
    line('duplicates', brokenOf('duplicate')),
    line('lost messages', brokenOf('lost')),
    line('contradictory results', brokenOf('contradictory')),
    line('told as unknown, though it could be known', brokenOf('unknown')),
    line('histories that did not come to rest', brokenOf('restless')),
  ].join('\n');
}

function options() {
  const { values } = parseArgs({
    options: {
      pulls: { type: 'boolean', default: false },
      seeds: { type: 'string' },
      from: { type: 'string', default: '0' },
      kills: { type: 'string' },
      json: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
    },
  });
  const seeds = numberOf('seeds', values.seeds ?? (values.pulls ? '1000' : '10000'));
  const kills = values.kills === undefined ? Math.floor(seeds / 100) : numberOf('kills', values.kills);
  return { ...values, seeds, from: numberOf('from', values.from), kills };
}

function numberOf(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} is '${text}'. Give a whole number. ${usage}`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
