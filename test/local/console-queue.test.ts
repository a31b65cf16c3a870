import { readFileSync } from 'node:fs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Schedule } from '../../pulls/schedule.ts';
import { hasBrowser } from './browser.ts';
import { openStage, outcomeOf, type Stage, violationsIn } from './console-stage.ts';

let stage: Stage;

const schedule = (name: string, connection: string, enabled: boolean): Schedule => ({
  name,
  expression: 'rate(2 hours)',
  timeZone: 'UTC',
  flexibleMinutes: 0,
  enabled,
  connection,
  id: name,
  message: JSON.stringify({ version: 1, connection: 'acme', operationId: 'getSystemInfo' }),
  maxAgeSeconds: 3_600,
});

const invocation = (id: string, more: object = {}) => {
  return JSON.stringify({ version: 1, id, connection: 'acme', operationId: 'getSystemInfo', ...more });
};

async function send(output: string, body: string, why?: string): Promise<void> {
  const { stack, sqs } = stage.connector;
  const MessageAttributes = why === undefined ? {} : { why: { DataType: 'String', StringValue: why } };
  await sqs.send(
    new SendMessageCommand({ QueueUrl: stack.outputs[output], MessageBody: body, MessageAttributes }),
  );
}

const bury = (body: string, why?: string) => send('DeadLetterQueueUrl', body, why);
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const pullTickets = (id: string) =>
  send(
    'InvocationQueueUrl',
    invocation(id, {
      operationId: 'getServiceTickets',
      pages: 'all',
      incremental: { checkpoint: 'tickets' },
    }),
  );

describe.skipIf(!hasBrowser)('the queue view (skipped where /usr/bin/chromium is missing)', () => {
  beforeAll(async () => {
    stage = await openStage([schedule('hourly', 'acme', true), schedule('asleep', 'initech', false)]);
    // Their times are of no matter here, and nothing runs.
    stage.connector.stack.startSchedules((_, startedAtMs) => () => startedAtMs + 7_200_000);
  });
  afterAll(() => stage.close());

  test('one dead letter is shown with why it is one, and sent back alone by key', async () => {
    await bury(invocation('first'), 'It came back 10 times without a result.');
    await bury(invocation('second', { connection: 'gone' }));
    const { page, faults } = await stage.open('#/queue');
    const letters = part(page, 'Dead letters');
    await letters.getByText('It came back 10 times without a result.').waitFor();
    const second = letters.getByRole('listitem').filter({ hasText: 'second' });
    expect(await second.innerText()).toContain('gone');
    await second.locator('summary').focus();
    await page.keyboard.press('Enter');
    await second.getByText('getSystemInfo').nth(1).waitFor();
    const redrive = letters.getByRole('button', { name: 'Redrive first' });
    await redrive.focus();
    await page.keyboard.press('Enter');
    await part(page, 'Results').getByRole('listitem').filter({ hasText: 'first' }).waitFor();
    await redrive.waitFor({ state: 'detached' });
    expect(await letters.getByRole('listitem').count()).toBe(1);
    await letters.getByRole('button', { name: 'Redrive all' }).click();
    await page.getByText('given up: none').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  test('messages are counted by connection, those of unknown ones too', async () => {
    for (const id of ['a', 'b']) await bury(invocation(id, { connection: 'mistyped' }));
    await bury('no JSON');
    const { page } = await stage.open('#/queue');
    const row = (name: string) =>
      part(page, 'Connections')
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    await row('mistyped').waitFor();
    expect(await row('mistyped').getByRole('cell').allInnerTexts()).toEqual(['0', '0', '2', 'never called']);
    expect(await row('none named').getByRole('cell').nth(2).innerText()).toBe('1');
    await part(page, 'Dead letters').getByRole('button', { name: 'Redrive all' }).click();
    await row('mistyped').waitFor({ state: 'detached' });
    await row('acme').getByRole('button', { name: 'acme', pressed: true }).waitFor();
    await page.getByText('Calls a minute: acme').waitFor();
    await page.close();
  });

  test('the chart is of the connection that is chosen, by key', async () => {
    await send('InvocationQueueUrl', invocation('of initech', { connection: 'initech' }));
    const { page } = await stage.open('#/queue');
    const other = part(page, 'Connections').getByRole('button', { name: 'initech' });
    await other.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Calls a minute: initech').waitFor();
    await part(page, 'Connections').getByRole('button', { name: 'initech', pressed: true }).waitFor();
    await page.close();
  });

  test('a checkpoint is rewound and reset, each only after it was confirmed', async () => {
    await pullTickets('by checkpoint');
    const { page, faults } = await stage.open('#/queue');
    const row = part(page, 'Checkpoints').getByRole('row').filter({ hasText: 'tickets' });
    await row.getByText('free').waitFor();
    await row.getByText('1 in all').waitFor();
    expect(Number(await row.getByRole('cell').nth(2).innerText())).toBeGreaterThan(30);
    const ended = part(page, 'Pulls').getByRole('row').filter({ hasText: 'acme/by checkpoint' });
    await ended.getByText('complete').waitFor();

    await row.getByRole('button', { name: 'Rewind tickets' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Back to, in UTC').fill('2999-01-01');
    await page.keyboard.press('Enter');
    await dialog.getByText('It can be put back, not forward').waitFor();
    await dialog.getByLabel('Back to, in UTC').fill('2001-02-03');
    await page.keyboard.press('Enter');
    await row.getByText('2001-02-03T00:00:00Z').waitFor();

    await row.getByRole('button', { name: 'Reset tickets' }).click();
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await row.count()).toBe(1);
    await row.getByRole('button', { name: 'Reset tickets' }).click();
    await dialog.getByRole('button', { name: 'Reset' }).click();
    await row.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await page.close();
  });

  test('schedules tell when they run next, and which are paused', async () => {
    const { page } = await stage.open('#/queue');
    const rows = part(page, 'Schedules').getByRole('row');
    await rows
      .filter({ hasText: 'hourly' })
      .getByText(/^in [12] h/)
      .waitFor();
    await rows.filter({ hasText: 'asleep' }).getByText('paused').waitFor();
    await page.close();
  });

  test('a claimed response is shown as if it had come with its result', async () => {
    const { page, asked, faults } = await stage.open('#/operations/getServiceTickets');
    await page.getByRole('button', { name: 'pageSize' }).click();
    await page.getByLabel('pageSize').fill('1000');
    await page.getByRole('button', { name: 'Queue' }).click();
    await outcomeOf(page).getByText('left in the bucket').waitFor();
    await outcomeOf(page).getByRole('table').waitFor();
    await outcomeOf(page)
      .getByText(/^\d+ records/)
      .waitFor();
    expect(await violationsIn(page)).toEqual([]);
    const downloading = page.waitForEvent('download');
    await outcomeOf(page).getByRole('link', { name: 'Download it' }).click();
    const downloaded = await (await downloading).path();
    expect(JSON.parse(readFileSync(downloaded, 'utf8'))).toEqual(expect.any(Array));
    expect(faults).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(`${stage.front.url}/`))).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'axe finds nothing in it, %s, nor on a phone',
    async (colorScheme) => {
      await pullTickets(`by checkpoint, ${colorScheme}`);
      await bury(invocation(`dead ${colorScheme}`), 'It came back.');
      const { page } = await stage.open('#/queue', { colorScheme });
      await page.locator('.uplot').first().waitFor();
      await part(page, 'Checkpoints').getByRole('row').filter({ hasText: 'free' }).waitFor();
      await part(page, 'Dead letters').locator('summary').first().click();
      expect(await violationsIn(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await violationsIn(page)).toEqual([]);
      const isWider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
      expect(await page.evaluate(isWider)).toBe(false);
      await part(page, 'Checkpoints').getByRole('button', { name: 'Reset tickets' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violationsIn(page)).toEqual([]);
      await page.close();
    },
  );
});
