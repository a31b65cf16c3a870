import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser } from './browser.ts';
import { openStage, outcomeOf as outcome, type Stage, violationsIn } from './console-stage.ts';

let stage: Stage;

describe.skipIf(!hasBrowser)('the console (skipped where /usr/bin/chromium is missing)', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const open: Stage['open'] = (hash, options) => stage.open(hash, options);

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
    // The random ids that stand beside it may hold these digits.
    await outcome(page).getByText('201', { exact: true }).waitFor();
    expect(await outcome(page).innerText()).toContain('Example ticket');

    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Create a ticket' }).click();
    expect(await page.getByRole('textbox', { name: 'Request, as JSON' }).innerText()).toContain(
      'Example ticket',
    );
    await page.getByText('The invocation, to copy').click();
    await page.getByRole('button', { name: 'TypeScript' }).click();
    await page.getByText('invocation("postServiceTickets", {').waitFor();
    await page.getByRole('button', { name: 'curl' }).click();
    await page.getByText(`curl -s ${stage.connector.stack.apiUrl}/invocations`).waitFor();
    expect(faults).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(`${stage.front.url}/`))).toEqual([]);
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

  test('its colours are those of the system, until others are chosen', async () => {
    const { page } = await open('#/history', { colorScheme: 'light' });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const [light, dark] = ['rgb(245, 246, 248)', 'rgb(18, 20, 24)'];
    await expect.poll(background).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(background).toBe(dark);
    await page.getByRole('button', { name: 'Change to light' }).click();
    await page.getByRole('button', { name: 'Change to dark' }).waitFor();
    await expect.poll(background).toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('button', { name: 'Change to dark' }).click();
    await page.getByRole('button', { name: 'Change to system' }).waitFor();
    await expect.poll(background).toBe(dark);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in the main views, %s', async (colorScheme) => {
    const { page } = await open('#/operations/getServiceTickets', { colorScheme });
    const violations = () => violationsIn(page);
    await page.getByRole('textbox', { name: 'conditions' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await outcome(page).getByRole('table').waitFor();
    expect(await violations()).toEqual([]);
    await page.goto(`${stage.front.url}/#/operations/postServiceTickets`);
    await page
      .getByRole('textbox', { name: 'Request, as JSON' })
      .fill('{ "summary": 1, "board": 7, "x": 1 }');
    await page.locator('.cm-lintRange-error').first().waitFor();
    await page.getByText('Options').click();
    await page.keyboard.press('Control+Enter');
    await outcome(page).getByText('Failed').waitFor();
    expect(await violations()).toEqual([]);
    await page.goto(`${stage.front.url}/#/history`);
    await page.getByRole('heading', { name: 'History' }).waitFor();
    expect(await violations()).toEqual([]);
    await page.close();
  });
});
