import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumFlags } from '../../local/chromium.ts';

const executablePath = '/usr/bin/chromium';

/** Where Chromium is missing, tests in a browser are skipped, saying so. */
export const hasBrowser = existsSync(executablePath);

/** Headless, and silent on the network but for what a page asks. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [...chromiumFlags],
  });

/** A page, the address of everything that it asked for, and what it threw or was kept from. */
export async function openPage(
  browser: Browser,
  options: NonNullable<Parameters<Browser['newPage']>[0]> = {},
): Promise<{ readonly page: Page; readonly asked: readonly string[]; readonly faults: readonly string[] }> {
  const page = await browser.newPage(options);
  const asked: string[] = [];
  const faults: string[] = [];
  page.setDefaultTimeout(15_000);
  page.on('pageerror', ({ message }) => faults.push(message));
  // What the page's own policy stops never becomes a request: that it was tried is said here.
  page.on('console', (said) => {
    if (/content security policy/i.test(said.text())) faults.push(said.text());
  });
  await page.route('**/*', (route) => {
    asked.push(route.request().url());
    return route.continue();
  });
  return { page, asked, faults };
}
