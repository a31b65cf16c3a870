import type { DeploymentSettings } from './deployment.ts';

/**
 * Declares what is deployed from this checkout: a deployment by the name of its stack. Everything in it is optional.
 * See docs/deploying.md, "Settings".
 */
export const defineDeployments = (
  deployments: Readonly<Record<string, DeploymentSettings>>,
): Readonly<Record<string, DeploymentSettings>> => deployments;
