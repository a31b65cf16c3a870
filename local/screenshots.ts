import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { type Schedule, scheduledTime } from '../pulls/schedule.ts';
import { chromiumFlags } from './chromium.ts';
import { type Connector, root, startConnector } from './connector.ts';
import { openConsole } from './console-front.ts';
import { readExamples } from './examples.ts';
import { sendExample } from './results.ts';
import { timetable } from './timetable.ts';

const folder = join(root, 'docs/images');

interface Shot {
  readonly name: string;
  readonly scheme?: 'light' | 'dark';
  readonly widthPx?: number;
  readonly heightPx?: number;
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

async function openQueue(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Queue' }).click();
  await page.locator('.uplot').first().waitFor();
  await page.getByRole('row').filter({ hasText: 'tickets' }).first().waitFor();
  await page.waitForTimeout(chartMs);
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
  { name: 'console-queue', heightPx: 1_360, lead: openQueue },
  { name: 'console-phone', widthPx: 390, lead: runFilter },
  { name: 'console-queue-phone', scheme: 'dark', widthPx: 390, heightPx: 1_360, lead: openQueue },
];

/** Until the charts have something to draw. */
const chartMs = 8_000;

async function take(browser: Browser, url: string, shot: Shot) {
  const { name, scheme = 'light', widthPx = 1080, heightPx = 680, lead } = shot;
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width: widthPx, height: heightPx } });
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  await page.getByRole('option').first().waitFor();
  await lead(page);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  await page.close();
  console.log(`docs/images/${name}.png`);
}

const schedules: readonly Schedule[] = [
  { name: 'tickets-hourly', connection: 'acme', expression: 'rate(1 hour)', enabled: true },
  { name: 'companies-nightly', connection: 'initech', expression: 'cron(0 3 * * ? *)', enabled: false },
].map((schedule) => ({
  ...schedule,
  timeZone: 'Europe/Berlin',
  flexibleMinutes: 0,
  id: `${schedule.name}:${scheduledTime}`,
  message: JSON.stringify({
    version: 1,
    id: `${schedule.name}:${scheduledTime}`,
    connection: schedule.connection,
    operationId: 'getServiceTickets',
    pages: 'all',
    incremental: { checkpoint: 'tickets' },
  }),
  maxAgeSeconds: 3_600,
}));

/** Dead letters of two connections, one of which does not exist. */
async function bury({ sqs, stack }: Connector): Promise<void> {
  const letters = [
    [
      'erp-42',
      'acme',
      'It came back 10 times without a result. The last time: its worker ended without a word.',
    ],
    [
      'erp-43',
      'globex',
      'It came back 10 times without a result. The last time: the secret could not be read.',
    ],
  ] as const;
  for (const [id, connection, StringValue] of letters) {
    const body = {
      version: 1,
      id,
      connection,
      operationId: 'postServiceTickets',
      request: { summary: 'Printer' },
    };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: stack.outputs['DeadLetterQueueUrl'],
        MessageBody: JSON.stringify(body),
        MessageAttributes: { why: { DataType: 'String', StringValue } },
      }),
    );
  }
}

/** `npm run screenshots`: the console's main views as pictures in docs/images, taken with Debian's Chromium. */
async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const log = () => undefined;
  const catalogue = loadCatalogue(join(root, '.catalogue'));
  const connector = await startConnector({ catalogue, schedules, port: 0, log });
  const { stack, queues, sqs } = connector;
  const front = await openConsole({ stack, catalogue, log });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...chromiumFlags] });
  const examples = readExamples(join(root, 'examples'));
  await bury(connector);
  stack.startSchedules(timetable);
  const sending = setInterval(() => {
    const example = examples[Math.floor(Math.random() * examples.length)];
    if (example) void sendExample(sqs, queues.invocations, example);
  }, 400);
  for (const shot of shots) await take(browser, front.url, shot);
  clearInterval(sending);
  await browser.close();
  await front.close();
  await connector.close();
}

await main();
