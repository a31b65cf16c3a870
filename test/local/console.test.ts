import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { type Connector, startConnector } from '../../local/connector.ts';
import { type ConsoleFront, openConsole } from '../../local/console-front.ts';
import { hasBrowser, launchBrowser, openPage } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let connector: Connector;
let front: ConsoleFront;
let browser: Browser;

describe.skipIf(!hasBrowser)('the console (skipped where /usr/bin/chromium is missing)', () => {
  beforeAll(async () => {
    const taskRoot = inject('taskRoot');
    const catalogue = loadCatalogue(join(taskRoot, '.catalogue'));
    const log = () => undefined;
    connector = await startConnector({
      catalogue,
      port: 0,
      environment: { LAMBDA_TASK_ROOT: taskRoot },
      log,
    });
    const { stack } = connector;
    [front, browser] = await Promise.all([openConsole({ stack, catalogue, log }), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await front.close();
    await connector.close();
  });

  const open = async (hash: string, options = {}) => {
    const opened = await openPage(browser, options);
    await opened.page.goto(`${front.url}/${hash}`);
    return opened;
  };
  const outcome = (page: Page) => page.getByRole('region', { name: 'Outcome' });

  test('an operation is found by words, opened by key, filled from its sample and run; and run again from the history', async () => {
    const { page, asked, faults } = await open('');
    await page.getByText('2,814 operations of 2022.1').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('create ticket');
    await page.getByRole('option', { selected: true }).filter({ hasText: 'Create a ticket' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Create a ticket' }).waitFor();
    await page.getByRole('textbox', { name: 'Request, as JSON' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await outcome(page).getByText('201').waitFor();
    expect(await outcome(page).innerText()).toContain('Example ticket');

    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Create a ticket' }).click();
    expect(await page.getByRole('textbox', { name: 'Request, as JSON' }).innerText()).toContain(
      'Example ticket',
    );
    await page.getByText('The invocation, to copy').click();
    await page.getByRole('button', { name: 'curl' }).click();
    await page.getByText(`curl -s ${connector.stack.apiUrl}/invocations`).waitFor();
    expect(faults).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(`${front.url}/`))).toEqual([]);
    await page.close();
  });

  test('a filter is completed, its mistakes are marked where they stand, and a list comes as a table', async () => {
    const { page } = await open('#/operations/getServiceTickets');
    const editor = page.getByRole('textbox', { name: 'conditions' });
    await editor.click();
    await page.keyboard.type('compa');
    await page.locator('.cm-completionLabel', { hasText: 'company' }).first().waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('closedFlagg = false');
    await page.locator('.cm-lintRange-warning', { hasText: 'closedFlagg' }).waitFor();
    await page.getByText("did you mean 'closedFlag'?").first().waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('id < 4');
    await page.keyboard.press('Control+Enter');
    await outcome(page).getByText('3 records').waitFor();
    expect(await outcome(page).getByRole('row').count()).toBe(4);
    await page.close();
  });

  test('bytes come as a file with a name, to look at and to download', async () => {
    const { page } = await open('#/operations/getFinanceInvoicesByIdPdf');
    await page.getByRole('button', { name: /^Run/ }).click();
    await outcome(page).getByText('application/pdf').waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect((await downloading).suggestedFilename()).toBe('1.pdf');
    await page.close();
  });

  test('a wrong request shows its findings before and after it is run, and a dry run sends nothing', async () => {
    const { page } = await open('#/operations/postServiceTickets');
    const editor = page.getByRole('textbox', { name: 'Request, as JSON' });
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{ "summary": "A", "board": 7, "company": { "id": 1 } }');
    await page.getByRole('status').filter({ hasText: '1 error' }).waitFor();
    await page.locator('.cm-lintRange-error', { hasText: '7' }).waitFor();
    await page.getByRole('button', { name: /^Run/ }).click();
    await outcome(page).getByText('invalid_request').first().waitFor();
    expect(await outcome(page).innerText()).toContain("'request.board' must be an object.");
    await page.keyboard.press('Control+a');
    await editor.fill('{ "summary": "A", "board": { "id": 1 }, "company": { "id": 1 } }');
    await page.getByRole('status').filter({ hasText: 'nothing found' }).waitFor();
    await page.getByRole('button', { name: 'Dry run' }).click();
    await outcome(page).getByText('Nothing was sent.').waitFor();
    await page.close();
  });

  test('an invocation is queued and followed to its result', async () => {
    const { page } = await open('#/operations/getServiceTicketsById');
    await page.getByRole('button', { name: 'Queue' }).click();
    await outcome(page).getByText('Succeeded').waitFor();
    await page.getByRole('link', { name: 'Queue' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Get a ticket' }).first().waitFor();
    await page.close();
  });

  test('dead letters are counted, and redriven by one click', async () => {
    const message = { version: 1, id: 'dead', connection: 'acme', operationId: 'getSystemInfo' };
    const QueueUrl = connector.stack.outputs['DeadLetterQueueUrl'];
    await connector.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    const { page } = await open('#/queue');
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('listitem').filter({ hasText: 'dead' }).first().waitFor();
    await page.getByText('given up: none').waitFor();
    await page.close();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in the main views, %s', async (colorScheme) => {
    const { page } = await open('#/operations/getServiceTickets', { colorScheme });
    const violations = async (): Promise<unknown> => {
      await page.evaluate(axe);
      return page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((it) => it.html)]))',
      );
    };
    await page.getByRole('textbox', { name: 'conditions' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await outcome(page).getByRole('table').waitFor();
    expect(await violations()).toEqual([]);
    await page.goto(`${front.url}/#/operations/postServiceTickets`);
    await page
      .getByRole('textbox', { name: 'Request, as JSON' })
      .fill('{ "summary": 1, "board": 7, "x": 1 }');
    await page.locator('.cm-lintRange-error').first().waitFor();
    await page.getByText('Options').click();
    await page.keyboard.press('Control+Enter');
    await outcome(page).getByText('Failed').waitFor();
    expect(await violations()).toEqual([]);
    await page.goto(`${front.url}/#/queue`);
    await page.locator('.uplot').first().waitFor();
    expect(await violations()).toEqual([]);
    await page.goto(`${front.url}/#/history`);
    await page.getByRole('heading', { name: 'History' }).waitFor();
    expect(await violations()).toEqual([]);
    await page.close();
  });
});
