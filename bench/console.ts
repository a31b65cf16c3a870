import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import * as z from 'zod/mini';
import { searchQuestions } from '../cli/search-questions.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { chromiumFlags } from '../local/chromium.ts';
import { root, startConnector } from '../local/connector.ts';
import { openConsole } from '../local/console-front.ts';
import { median, quantile } from './median.ts';

const rounds = 15;
/** As many questions as are typed, key by key. */
const questions = 20;

const loadSchema = z.object({ drawnMs: z.number(), answeredMs: z.number(), transferredBytes: z.number() });
type Load = z.infer<typeof loadSchema>;

/** Runs in the page. A key counts as answered when what it changed was painted, which waits for a frame of the screen. */
const painted = 'const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));';
const typing = `${painted}
const field = () => document.querySelector('[role=combobox]');
const type = async (text) => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field(), text);
  field().dispatchEvent(new InputEvent('input', { bubbles: true }));
  await painted();
};`;

/** From the navigation to the list, and to the answer of a first key that is pressed at once. */
const loading = `(async () => {
  ${typing}
  while (!document.querySelector('[role=option]')) await painted();
  const drawnMs = performance.now();
  await type('t');
  const answeredMs = performance.now();
  const resources = performance.getEntriesByType('resource');
  return { drawnMs, answeredMs, transferredBytes: resources.reduce((sum, it) => sum + it.transferSize, 0) };
})()`;

const keysOf = (texts: readonly string[]) => `(async () => {
  ${typing}
  const times = [];
  for (const text of ${JSON.stringify(texts)}) {
    const startMs = performance.now();
    await type(text);
    times.push(performance.now() - startMs);
  }
  return times;
})()`;

/** Loads the page in a browser that has nothing of it yet. */
async function load(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'commit' });
  const measured: unknown = await page.evaluate(loading);
  await context.close();
  return loadSchema.parse(measured);
}

async function typeQuestions(browser: Browser, url: string): Promise<readonly number[]> {
  const typed = searchQuestions
    .slice(0, questions)
    .flatMap(([question]) => Array.from(question, (_, place) => question.slice(0, place + 1)));
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole('option').first().waitFor();
  const times: unknown = await page.evaluate(keysOf(['ticket', ...typed]));
  await page.close();
  // The first one indexes, unless the page has done so by then: that is a part of the load.
  return z.parse(z.array(z.number()), times).slice(1);
}

function print(
  title: string,
  lines: readonly (readonly [name: string, value: number, unit: string])[],
): void {
  console.log(title);
  for (const [name, value, unit] of lines)
    console.log(`  ${name.padEnd(36)} ${value.toFixed(unit === 'KB' ? 0 : 1).padStart(7)} ${unit}`);
}

/** `npm run bench:console`: how soon the console can be worked with, and what a key costs, in Chromium on this machine. */
async function main(): Promise<void> {
  const log = () => undefined;
  const catalogue = loadCatalogue(join(root, '.catalogue'));
  const connector = await startConnector({ catalogue, port: 0, log });
  const front = await openConsole({ stack: connector.stack, catalogue, log });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...chromiumFlags] });
  const loads: Load[] = [];
  for (let round = 0; round < rounds; round++) loads.push(await load(browser, front.url));
  const answered = loads.map(({ answeredMs }) => answeredMs);
  print(
    `the console's page with ${catalogue.size} operations, ${rounds} times without a cache; goal: 1,000 ms`,
    [
      ['the list is drawn, median', median(loads.map(({ drawnMs }) => drawnMs)), 'ms'],
      ['a first key is answered, median', median(answered), 'ms'],
      ['the slowest of them', Math.max(...answered), 'ms'],
      ['compressed, before it', (loads[0]?.transferredBytes ?? 0) / 1024, 'KB'],
    ],
  );
  const keys = await typeQuestions(browser, front.url);
  print(`a key of the search until its list is painted, ${keys.length} keys; goal: 50 ms`, [
    ['median', median(keys), 'ms'],
    ['99 of 100 within', quantile(keys, 0.99), 'ms'],
    ['slowest', Math.max(...keys), 'ms'],
  ]);
  await browser.close();
  await front.close();
  await connector.close();
}

await main();
