import { defineCallbacks } from './pulls/callback-definition.ts';

/** What ConnectWise is to tell of. `npx manage callbacks apply` registers it. See docs/callbacks.md. */
export default defineCallbacks({
  // 'tickets': { connection: 'acme', type: 'ticket' },
  // 'companies': { connection: 'acme', type: 'company', starts: 'companies-hourly', afterSeconds: 30 },
});
