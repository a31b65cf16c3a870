import { checkPulls } from '../../pulls/checking.ts';
import { definePulls } from '../../pulls/definition.ts';
import type { Schedule } from '../../pulls/schedule.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

/** Three schedules, as a file would declare them: one by rate, one by cron with everything, one that is switched off. */
export const schedules: readonly Schedule[] = checkPulls(
  definePulls({
    'tickets-hourly': {
      schedule: 'rate(1 hour)',
      connection: 'acme',
      operationId: 'getServiceTickets',
      inputs: { conditions: 'summary contains "a\\b"' },
      pages: 'all',
    },
    'companies-nightly': {
      schedule: 'cron(30 2 ? * MON-FRI *)',
      timeZone: 'Europe/Berlin',
      flexibleMinutes: 15,
      connection: 'contoso',
      operationId: 'getCompanyCompanies',
      pages: 'all',
    },
    off: {
      schedule: 'rate(5 minutes)',
      enabled: false,
      connection: 'acme',
      operationId: 'getSystemInfo',
    },
  }),
  defaultCatalogue,
);
