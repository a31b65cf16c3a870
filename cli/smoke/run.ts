import { CommandFailed } from '../ending.ts';
import { apiSteps } from './api-steps.ts';
import { queueSteps } from './queue-steps.ts';
import type { Stage } from './stage.ts';
import type { Step, Verdict } from './step.ts';

export const steps: readonly Step[] = [...apiSteps, ...queueSteps];

/** A step as it ended. */
export interface Shown {
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
}

/** Walks the steps one after another, each whatever became of those before. @param show is handed each as it ends. */
export async function walk(stage: Stage, show: (step: Shown) => void): Promise<readonly Shown[]> {
  const all: Shown[] = [];
  for (const { title, run } of steps) {
    const shown = shownAs(title, await run(stage).catch(failure));
    if (stage.interrupted.aborted)
      throw new CommandFailed('interrupted', `Interrupted at '${title}': ${all.length} steps were walked.`);
    show(shown);
    all.push(shown);
  }
  return all;
}

/** A connector that does not answer will not answer the next step either. */
function failure(error: unknown): Verdict {
  if (error instanceof CommandFailed && error.ending === 'unreachable') throw error;
  if (!(error instanceof Error)) return { failed: String(error) };
  // Some of the SDK's errors have a name and no sentence.
  return { failed: error.message === '' ? error.name : error.message };
}

function shownAs(title: string, verdict: Verdict): Shown {
  if ('passed' in verdict) return { title, verdict: 'passed', detail: verdict.passed };
  if ('failed' in verdict) return { title, verdict: 'failed', detail: verdict.failed };
  return { title, verdict: 'skipped', detail: verdict.skipped };
}
