import { definePulls } from './pulls/definition.ts';

/** What runs on a schedule: each entry puts its invocation on the invocation queue at its times. See docs/pulls.md, "Schedules". */
export default definePulls({
  // 'tickets-hourly': {
  //   schedule: 'rate(1 hour)',
  //   connection: 'acme',
  //   operationId: 'getServiceTickets',
  //   inputs: { conditions: 'closedFlag = false' },
  //   pages: 'all',
  // },
});
