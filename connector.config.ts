import { defineDeployments } from './infra/definition.ts';

/** What is deployed from this checkout, by the names of the stacks. See docs/deploying.md, "Settings". */
export default defineDeployments({
  ManageConnector: {
    // connections: { acme: { maxCallsPerMinute: 120 } },
    // terminationProtection: true,
  },
});
