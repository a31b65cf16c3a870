import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Killed, playKilling } from '../../cli/chaos/killing.ts';
import { type Processes, startProcesses } from '../../cli/chaos/processes.ts';
import { openStage, type Stage } from '../../cli/chaos/stage.ts';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';

/** Two kills each. */
const histories = 10;

let stage: Stage;
let processes: Processes;
const played: Killed[] = [];
beforeAll(async () => {
  const taskRoot = inject('taskRoot');
  stage = await openStage(loadCatalogue(join(taskRoot, '.catalogue')));
  processes = startProcesses(stage, taskRoot);
  for (let seed = 0; seed < histories; seed++) played.push(await playKilling(seed, stage, processes));
}, 120_000);
afterAll(async () => {
  await processes.close();
  await stage.close();
});

test('a process that is killed at any moment breaks no promise', () => {
  expect(
    played.flatMap(({ verdict }, seed) => verdict.broken.map(({ why }) => `seed ${seed}: ${why}`)),
  ).toEqual([]);
});

// Whether a write was out before its process died is up to the machine: the histories in turns choose every moment.
test('processes are really killed, and others bring their work to its end', () => {
  expect(played.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThanOrEqual(histories);
  const effects = played.reduce((sum, { verdict }) => sum + verdict.counts.effects, 0);
  expect(effects).toBeGreaterThan(0);
});
