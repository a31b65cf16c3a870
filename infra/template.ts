import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import cdk from '../cdk.json' with { type: 'json' };
import type { Schedule } from '../pulls/schedule.ts';
import { createConnectorStack } from './connector-stack.ts';
import { parseDeployment } from './deployment.ts';

/** What `-c` would set; `connector` has the settings of the deployment, such as `{ connector: { maxConcurrency: 2 } }`. */
export type Context = Readonly<Record<string, unknown>>;

/**
 * The stack's CloudFormation template, parsed from JSON. Its code assets are empty, and `Metadata.entry` of each function
 * names the source file. Needs neither the network nor an AWS account.
 */
export function synthTemplate(context: Context = {}, schedules: readonly Schedule[] = []): unknown {
  const outdir = mkdtempSync(join(tmpdir(), 'manage-connector-template-'));
  try {
    const { app, stack } = createUnbundledApp(context, outdir, schedules);
    return app.synth().getStackByName(stack.stackName).template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The app as `cdk synth` makes it, but for what costs seconds: no bundles, and CloudFormation's validator only at `npm run synth`. */
export function createUnbundledApp(
  context: Context,
  outdir: string,
  schedules: readonly Schedule[] = [],
): { readonly app: App; readonly stack: Stack } {
  const app = new App({
    outdir,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: { ...cdk.context, ...context, 'aws:cdk:bundling-stacks': [] },
  });
  const deployment = parseDeployment(app.node.tryGetContext('connector'));
  return { app, stack: createConnectorStack(app, deployment, schedules) };
}
