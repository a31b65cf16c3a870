import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readPulls } from '../pulls/reading.ts';
import { createConnectorStack } from './connector-stack.ts';
import { parseDeployment } from './deployment.ts';

const app = new App();
const deployment = parseDeployment(app.node.tryGetContext('connector'));
createConnectorStack(app, deployment, await readPulls(deployment.pulls));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
