import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { play, type Played } from './chaos/history.ts';
import { openStage } from './chaos/stage.ts';

const folder = fileURLToPath(new URL('../.catalogue/', import.meta.url));
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, from: { type: 'string', default: '0' }, trace: { type: 'boolean', default: false } },
});
const stage = await openStage(loadCatalogue(folder), 4_000);
const print = console.log;
console.info = () => undefined;
console.error = () => undefined;
let bad = 0;
const t = performance.now();
for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed++) {
  const played: Played = await play(seed, stage, values.trace);
  if (values.trace) print(played.story.join('\n'));
  if (values.trace) print(JSON.stringify(played.verdict.counts));
  for (const { promise, why } of played.verdict.broken) print(seed, promise, why);
  if (played.verdict.broken.length) bad++;
}
print('broken', bad, 'ms', performance.now() - t);
process.exit();
