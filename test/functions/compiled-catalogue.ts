import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { compile } from '../../lib/catalogue/compilation.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder with the default catalogue in `.catalogue`, as a function finds it in LAMBDA_TASK_ROOT. */
    taskRoot: string;
  }
}

/** Compiles the default catalogue once for all test files, apart from the `.catalogue` that a user may have made. */
export function setup(project: TestProject): () => void {
  const taskRoot = mkdtempSync(join(tmpdir(), 'manage-connector-test-'));
  const folder = join(taskRoot, '.catalogue');
  mkdirSync(folder);
  for (const [name, text] of compile(readPublishedTypes()).files)
    writeFileSync(join(folder, name), text, 'latin1');
  project.provide('taskRoot', taskRoot);
  return () => rmSync(taskRoot, { recursive: true });
}
