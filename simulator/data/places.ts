/** Collections to their tables; `{}` stands for the parent's id. */
const places: Readonly<Record<string, string>> = {
  'company/companies': 'Company',
  'company/companies/statuses': 'CompanyStatus',
  'company/companies/types': 'CompanyType',
  'company/companies/{}/sites': 'CompanySite',
  'company/configurations': 'Configuration',
  'company/configurations/statuses': 'ConfigurationStatus',
  'company/configurations/types': 'ConfigurationType',
  'company/contacts': 'Contact',
  'finance/agreements': 'Agreement',
  'finance/agreements/types': 'AgreementType',
  'finance/agreements/{}/additions': 'Addition',
  'finance/invoices': 'Invoice',
  'project/projects': 'Project',
  'project/projecttypes': 'ProjectType',
  'project/projects/{}/phases': 'ProjectPhase',
  'project/statuses': 'ProjectStatus',
  'project/tickets': 'ProjectTicket',
  'project/tickets/{}/allnotes': 'TicketNote',
  'project/tickets/{}/notes': 'TicketNote',
  'project/tickets/{}/timeentries': 'TimeEntry',
  'service/boards': 'Board',
  'service/boards/{}/statuses': 'BoardStatus',
  'service/boards/{}/subtypes': 'BoardSubType',
  'service/boards/{}/teams': 'BoardTeam',
  'service/boards/{}/types': 'BoardType',
  'service/priorities': 'Priority',
  'service/sources': 'Source',
  'service/teams': 'BoardTeam',
  'service/tickets': 'Ticket',
  'service/tickets/{}/allnotes': 'TicketNote',
  'service/tickets/{}/notes': 'TicketNote',
  'service/tickets/{}/timeentries': 'TimeEntry',
  'system/departments': 'Department',
  'system/locations': 'Location',
  'system/members': 'Member',
  'time/entries': 'TimeEntry',
  'time/workroles': 'WorkRole',
  'time/worktypes': 'WorkType',
};

/** References that are called otherwise than the entity that they point to. */
const aliases: Readonly<Record<string, string>> = {
  ServiceStatus: 'BoardStatus',
  ServiceType: 'BoardType',
  ServiceSubType: 'BoardSubType',
  ServiceTeam: 'BoardTeam',
  ServiceSource: 'Source',
  ProjectBoard: 'Board',
  Site: 'CompanySite',
  SystemLocation: 'Location',
  SystemDepartment: 'Department',
};

const templateOf = (path: string): string => path.replaceAll(/\/\d+(?=\/|$)/g, '/{}');

/** The name of the table behind a collection's path; undefined where the MSP has none. */
export const tableAt = (path: string): string | undefined => places[templateOf(path)];

/**
 * What counts the ids of new records under a path: a kind as a whole, whatever parent its records have. Service and
 * project tickets share theirs (connectwise-api.md §2.3).
 */
export const idSpaceAt = (path: string): string => {
  const table = tableAt(path) ?? templateOf(path);
  return table === 'ProjectTicket' ? 'Ticket' : table;
};

/** Whether records under a path are the MSP's: those always look like what an MSP has. */
export const isMspPlace = (path: string): boolean => tableAt(path) !== undefined;

/** The name of the table that references of an entity point into. */
export const entityOf = (entity: string): string => aliases[entity] ?? entity;
