import type { Stage } from './stage.ts';

/** How a step ended, and what was seen. `skipped`: it could not be shown here, and why. */
export type Verdict =
  | { readonly passed: string }
  | { readonly failed: string }
  | { readonly skipped: string };

/** One thing that only a deployed stack can show. */
export interface Step {
  /** As in docs/deploying.md, "Not yet proved", word for word. */
  readonly title: string;
  /** May throw: then it failed, and the error says why. */
  readonly run: (stage: Stage) => Promise<Verdict>;
}
