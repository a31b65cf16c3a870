import type { Report } from './report.ts';

/** What `npm run bench -- --json FILE` writes. */
export interface Run {
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly reports: readonly Report[];
}
