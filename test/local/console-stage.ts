import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { inject } from 'vitest';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { type Connector, startConnector } from '../../local/connector.ts';
import { type ConsoleFront, openConsole } from '../../local/console-front.ts';
import type { Schedule } from '../../pulls/schedule.ts';
import { launchBrowser, openPage } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type PageOptions = NonNullable<Parameters<Browser['newPage']>[0]>;

/** The connector on this machine, its console, and a browser before it. */
export interface Stage {
  readonly connector: Connector;
  readonly front: ConsoleFront;
  readonly open: (hash: string, options?: PageOptions) => ReturnType<typeof openPage>;
  close(): Promise<void>;
}

export async function openStage(schedules: readonly Schedule[] = []): Promise<Stage> {
  const taskRoot = inject('taskRoot');
  const catalogue = loadCatalogue(join(taskRoot, '.catalogue'));
  const log = () => undefined;
  const environment = { LAMBDA_TASK_ROOT: taskRoot };
  const connector = await startConnector({ catalogue, schedules, port: 0, environment, log });
  const [front, browser] = await Promise.all([
    openConsole({ stack: connector.stack, catalogue, log }),
    launchBrowser(),
  ]);
  return {
    connector,
    front,
    open: async (hash, options = {}) => {
      const opened = await openPage(browser, options);
      await opened.page.goto(`${front.url}/${hash}`);
      return opened;
    },
    close: async () => {
      await browser.close();
      await front.close();
      await connector.close();
    },
  };
}

export const outcomeOf = (page: Page) => page.getByRole('region', { name: 'Outcome' });

/** What axe finds in a page as it stands: its rules' names with the elements. */
export async function violationsIn(page: Page): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((it) => it.html)]))',
  );
}
