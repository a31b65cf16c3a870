import { fileURLToPath } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readPulls } from '../pulls/reading.ts';
import { createConnectorStack } from './connector-stack.ts';
import { readDeployments } from './deployments.ts';
import { writeLimits } from './limits.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const app = new App();
const [connector, deployment] = ['connector', 'deployment'].map((key): unknown =>
  app.node.tryGetContext(key),
);
for (const each of await readDeployments({ connector, deployment })) {
  writeLimits(root, each);
  createConnectorStack(app, each, await readPulls(each));
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
