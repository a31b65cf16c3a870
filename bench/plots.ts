import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billsOf } from './bill.ts';
import { fill } from './fill.ts';
import { boundText, type Comparison, inUnit, isMet, type Report } from './report.ts';
import type { Run } from './run-file.ts';
import { bars, lines } from './svg.ts';

/**
 * `npm run plots [-- FILE]`: draws docs/images/bench-*.svg from what `npm run bench -- --json FILE` left, and writes the same run
 * into bench/README.md and its bill into docs/performance.md. No figure of these is written by hand. Without a file, from the run that is kept here.
 */
const root = join(import.meta.dirname, '..');
const [file = join(import.meta.dirname, 'last-run.json')] = process.argv.slice(2);
const run: Run = JSON.parse(readFileSync(file, 'utf8'));

/** Which comparison of which bench is drawn, by how its title begins. */
const pictures = [
  {
    image: 'batch',
    bench: 'batch',
    begins: 'time for all ten',
    title: 'Ten messages, ConnectWise takes 50 ms',
  },
  { image: 'call', bench: 'call', begins: 'CPU a call', title: 'CPU of a call with 2 KB of answer' },
  { image: 'page', bench: 'page', begins: '', title: 'A page of 1,000 rows, from the socket to the result' },
  {
    image: 'pull',
    bench: 'pull',
    begins: '100,000 rows at 300 ms',
    title: '100,000 rows, a call takes 300 ms',
  },
  { image: 'memory', bench: 'pull', begins: 'peak memory', title: 'The most memory of a pull, by rows' },
  {
    image: 'start',
    bench: 'start',
    begins: 'CPU of the main thread',
    title: 'CPU of a cold start until ready',
  },
  {
    image: 'first',
    bench: 'start',
    begins: 'from the start of the process until the first',
    title: 'From the start of a process to its first result',
  },
];

function drawBars(): void {
  for (const { image, bench, begins, title } of pictures) {
    const found = comparisonOf(bench, begins);
    if (!found) console.log(`The run has no ${bench}: bench-${image}.svg stays as it is.`);
    else
      save(
        image,
        bars(
          title,
          found.unit,
          found.rows.map((row) => ({ ...row, isOwn: row.name.startsWith('the connector') })),
        ),
      );
  }
}

function comparisonOf(bench: string, begins: string): Comparison | undefined {
  const report = run.reports.find(({ name }) => name === bench);
  return report?.comparisons.find(({ title }) => title.startsWith(begins));
}

/** Each thing that grows, over what it costs where there is least of it. */
function drawGrowth(): void {
  const growth = run.reports.find(({ name }) => name === 'growth');
  if (!growth) return;
  const all = growth.comparisons.map(({ title, rows }) => ({
    name: title,
    points: rows.map(({ name, value }) => ({
      x: Number(name.replaceAll(',', '')),
      y: value / (rows[0]?.value ?? 1),
    })),
  }));
  save('growth', lines('What one costs among many, over what it costs alone', 'x', all));
}

function save(image: string, svg: string): void {
  writeFileSync(join(root, 'docs/images', `bench-${image}.svg`), svg);
}

function writeRun(): void {
  const told = `${run.at.slice(0, 16).replace('T', ' ')} UTC, commit ${run.commit}, ${run.machine}, Node ${run.node}.`;
  const tables = [told, goalTable(), ...run.reports.map(tableOf)].join('\n\n');
  fill(join(import.meta.dirname, 'README.md'), 'the last run', tables);
}

function writeBill(): void {
  const cpu = comparisonOf('batch', 'CPU')?.rows.find(({ name }) => name === 'the connector, a batch of ten');
  if (!cpu) return;
  const rows = billsOf(cpu.value / 1_000).map(
    ({ memoryMb, batchMs, dollars }) =>
      `| ${memoryMb} MB | ${batchMs.toFixed(0)} ms | $${dollars.toFixed(2)} |`,
  );
  const head = ['| memory | a batch of ten takes | a million messages |', '| --- | --- | --- |'];
  fill(join(root, 'docs/performance.md'), 'the bill', [...head, ...rows].join('\n'));
}

function goalTable(): string {
  const rows = run.reports.flatMap(({ name, goals }) =>
    goals.map(
      (goal) =>
        `| ${name} | ${goal.what} | ${boundText(goal)} | ${inUnit(goal.value, goal.unit)} | ${isMet(goal) ? 'met' : '**missed**'} |`,
    ),
  );
  return ['| bench | goal | bound | figure | |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function tableOf({ name, title, comparisons }: Report): string {
  const tables = comparisons.map(({ title: of, unit, rows }) => {
    const base = rows[0]?.value ?? 0;
    const lines = rows.map(
      (row) =>
        `| ${row.name} | ${inUnit(row.value, unit)} | ${base > 0 ? `${(row.value / base).toFixed(2)}x` : ''} |`,
    );
    return [`| ${of} | | |`, '| --- | --- | --- |', ...lines].join('\n');
  });
  return [`### ${name}: ${title}`, ...tables].join('\n\n');
}

drawBars();
drawGrowth();
writeRun();
writeBill();
console.log(
  `Drew docs/images/bench-*.svg and filled in bench/README.md and docs/performance.md from ${file}.`,
);
