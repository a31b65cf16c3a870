/**
 * What people want of a collection whose name does not say so, by its path in lower case: nobody who assigns a technician
 * to a ticket knows that ConnectWise makes a schedule entry of it.
 */
export const purposes: ReadonlyMap<string, string> = new Map([
  ['/company/companies', 'vendors, suppliers, prospects'],
  ['/company/companies/{parentid}/sites', 'the address of a company, its branches'],
  [
    '/company/configurations',
    'servers, workstations, computers, laptops, printers, serial numbers, warranties',
  ],
  ['/company/contacts', 'people, persons'],
  ['/finance/invoices/{parentid}/payments', 'pay an invoice, what was paid, receipts'],
  ['/schedule/entries', 'assign a member to a ticket, dispatch, appointments, meetings, who is busy'],
  ['/service/priorities', 'the priority of a ticket'],
  ['/service/tickets', 'incidents, service requests, cases, issues, problems'],
  ['/system/audittrail', 'audit log, history of changes, who changed what'],
  ['/system/callbacks', 'webhooks, subscribe to changes, notifications of events'],
  ['/time/entries', 'log hours on a ticket or project, worked time'],
]);
