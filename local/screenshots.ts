import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { chromiumFlags } from './chromium.ts';
import { root, startConnector } from './connector.ts';
import { openConsole } from './console-front.ts';
import { readExamples } from './examples.ts';
import { sendExample } from './results.ts';

const folder = join(root, 'docs/images');

interface Shot {
  readonly name: string;
  readonly scheme?: 'light' | 'dark';
  readonly widthPx?: number;
  /** Leads a page that shows the console's start to what the picture is of. */
  readonly lead: (page: Page) => Promise<void>;
}

async function find(page: Page, words: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Find an operation' }).fill(words);
  await page.keyboard.press('Enter');
}

async function runFilter(page: Page): Promise<void> {
  await find(page, 'list tickets');
  await page.getByRole('textbox', { name: 'conditions' }).click();
  await page.keyboard.insertText('closedFlag = false and summary contains "printer"');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('table').waitFor();
}

const shots: readonly Shot[] = [
  { name: 'console-list', lead: runFilter },
  {
    name: 'console-request',
    scheme: 'dark',
    lead: async (page) => {
      await find(page, 'create ticket');
      const editor = page.getByRole('textbox', { name: 'Request, as JSON' });
      await editor.fill(
        '{\n  "summary": "The printer is out",\n  "board": { "id": 1 },\n  "company": 7,\n  "sev',
      );
      await page.keyboard.type('e');
      await page.locator('.cm-completionLabel').first().waitFor();
    },
  },
  {
    name: 'console-queue',
    lead: async (page) => {
      await page.getByRole('link', { name: 'Queue' }).click();
      await page.locator('.uplot').first().waitFor();
      await page.getByRole('button', { name: 'Redrive' }).waitFor();
      await page.waitForTimeout(chartMs);
    },
  },
  { name: 'console-phone', widthPx: 390, lead: runFilter },
];

/** Until the charts have something to draw. */
const chartMs = 8_000;

async function take(browser: Browser, url: string, { name, scheme = 'light', widthPx = 1080, lead }: Shot) {
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width: widthPx, height: 680 } });
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  await page.getByRole('option').first().waitFor();
  await lead(page);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  await page.close();
  console.log(`docs/images/${name}.png`);
}

/** `npm run screenshots`: the console's main views as pictures in docs/images, taken with Debian's Chromium. */
async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const log = () => undefined;
  const catalogue = loadCatalogue(join(root, '.catalogue'));
  const { stack, queues, sqs, close } = await startConnector({ catalogue, port: 0, log });
  const front = await openConsole({ stack, catalogue, log });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...chromiumFlags] });
  const examples = readExamples(join(root, 'examples'));
  const dead = stack.outputs['DeadLetterQueueUrl'] ?? '';
  for (const example of examples.slice(0, 2)) await sendExample(sqs, dead, example);
  const sending = setInterval(() => {
    const example = examples[Math.floor(Math.random() * examples.length)];
    if (example) void sendExample(sqs, queues.invocations, example);
  }, 400);
  for (const shot of shots) await take(browser, front.url, shot);
  clearInterval(sending);
  await browser.close();
  await front.close();
  await close();
}

await main();
