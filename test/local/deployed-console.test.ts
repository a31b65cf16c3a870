import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { type Connector, root, startConnector } from '../../local/connector.ts';
import { hasBrowser, launchBrowser, openPage } from './browser.ts';
import { outcomeOf, violationsIn } from './console-stage.ts';

let connector: Connector;
let browser: Browser;
let taskRoot: string;

const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };

/** The stack with its console, whose authoriser this machine does not emulate: as after a proxy that signs a person in. */
describe.skipIf(!hasBrowser)('the console of a deployment (skipped without /usr/bin/chromium)', () => {
  beforeAll(async () => {
    taskRoot = mkdtempSync(join(tmpdir(), 'deployed-console-'));
    symlinkSync(join(inject('taskRoot'), '.catalogue'), join(taskRoot, '.catalogue'));
    execFileSync(process.execPath, [join(root, 'infra/build-console.ts'), join(taskRoot, '.console')]);
    [connector, browser] = await Promise.all([
      startConnector({
        catalogue: loadCatalogue(join(taskRoot, '.catalogue')),
        context: { connector: { jwt, console: true, connectionPathsOnly: true } },
        port: 0,
        environment: { LAMBDA_TASK_ROOT: taskRoot },
        log: () => undefined,
      }),
      launchBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await connector.close();
    rmSync(taskRoot, { recursive: true });
  });

  test('finds, runs and queues by the API beside it, and asks for nothing else', async () => {
    const { page, asked, faults } = await openPage(browser);
    await page.goto(`${connector.stack.apiUrl}/console`);
    await page.getByText('2,814 operations of 2022.1').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('GET /service/tickets/42');
    await page.getByRole('option', { selected: true }).filter({ hasText: 'Get a ticket' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Get a ticket' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await outcomeOf(page).getByText('200', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Queue' }).click();
    await outcomeOf(page).getByText('Succeeded').waitFor();
    const id = await outcomeOf(page).locator('dt', { hasText: /^Id$/ }).locator('xpath=../dd').innerText();
    await page.getByText('The invocation, to copy').click();
    expect(await page.getByRole('group', { name: 'Copy as' }).getByRole('button').allInnerTexts()).toEqual([
      'JSON',
      'TypeScript',
      'Copy',
    ]);

    await page.getByRole('link', { name: 'Queue' }).click();
    await page.getByText('shown only by the console of one machine').waitFor();
    await page.getByLabel('Id of an invocation of acme').fill(id);
    await page.keyboard.press('Enter');
    await outcomeOf(page).getByText('Succeeded').waitFor();
    await page.getByLabel('Name of a checkpoint of acme').fill('none');
    await page.keyboard.press('Enter');
    await page.getByText("has no checkpoint 'none'").waitFor();
    expect(await violationsIn(page)).toEqual([]);
    expect(faults).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(`${connector.stack.apiUrl}/`))).toEqual([]);
    await page.close();
  });
});
