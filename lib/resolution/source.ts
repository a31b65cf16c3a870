import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Operation, Schema } from '../catalogue/operation.ts';

/** Where the records that a reference may name are listed, and by which of their members they are named. */
export interface Source {
  readonly list: Operation;
  readonly keys: readonly Key[];
  /** The collection that the list lies within, such as `/service/boards` for statuses; absent where it stands alone. */
  readonly within?: string;
  /** Each is a customer's own, by its `company`, which tells those of one name apart. */
  readonly isOfCustomer: boolean;
  /** Deleted records stay in the list, marked (connectwise-api.md §12.9): they are not meant. */
  readonly keepsDeleted: boolean;
}

/** One member whose text is the name, or two whose texts are with a space between them. */
export type Key = readonly [string] | readonly [string, string];

/** Finds the source of a reference by its component's name, such as `BoardReference`; undefined where there is none. */
export type Sources = (reference: string) => Source | undefined;

/** A component that stands for another record, and has a text to name it by. */
export function isReference(name: string | undefined, { properties }: Schema): name is string {
  const isNamed = properties?.['name'] !== undefined || properties?.['identifier'] !== undefined;
  return name?.endsWith('Reference') === true && properties?.['id'] !== undefined && isNamed;
}

interface Target {
  /** The component of the records; absent where it is the reference's own name. */
  readonly records?: string;
  /** Absent where they are `identifier` and `name`, as far as the records have them. */
  readonly keys?: readonly Key[];
}

/** A person has no name in one piece. Other records with these members (email templates) have them of a sender. */
const person: Key = ['firstName', 'lastName'];
const described: readonly Key[] = [['description']];

/**
 * Where a reference's own name does not lead to its records, or where they are named by other members. The rest is found
 * by the rule: `PriorityReference` stands for a `Priority`, which `GET /service/priorities` lists.
 */
const exceptions: Readonly<Record<string, Target>> = {
  // The same name within each board: the document calls what belongs to a board after it.
  ServiceStatusReference: { records: 'BoardStatus' },
  ServiceTypeReference: { records: 'BoardType' },
  ServiceSubTypeReference: { records: 'BoardSubType' },
  ServiceItemReference: { records: 'BoardItem' },
  ServiceTeamReference: { records: 'BoardTeam' },
  SiteReference: { records: 'CompanySite' },
  NotifyTypeReference: { records: 'WorkflowNotifyType' },
  // A project board is a board with a flag.
  ProjectBoardReference: { records: 'Board' },
  // The document has another name for the records.
  SystemLocationReference: { records: 'Location' },
  SystemDepartmentReference: { records: 'Department' },
  IvItemReference: { records: 'CatalogItem' },
  BillingTermsReference: { records: 'BillingTerm' },
  BillingDeliveryReference: { records: 'DeliveryMethod' },
  ProductCategoryReference: { records: 'Category' },
  ProductSubCategoryReference: { records: 'SubCategory' },
  ServiceSourceReference: { records: 'Source' },
  ServiceCodeReference: { records: 'Code' },
  ReminderReference: { records: 'ScheduleReminderTime' },
  RelationshipReference: { records: 'ContactRelationship' },
  PaymentMethodReference: { records: 'PaymentType' },
  OpportunitySalesRoleReference: { records: 'Role' },
  KBCategoryReference: { records: 'KnowledgeBaseCategory' },
  ImapSetupReference: { records: 'Imap' },
  EmailConnectorParsingVariableReference: { records: 'ParsingVariable' },
  EmailConnectorParsingTypeReference: { records: 'ParsingType' },
  // An adjustment of the stock; its own name leads to those of agreements.
  AdjustmentReference: { records: 'ProcurementAdjustment' },
  // Named by other members.
  MemberReference: { keys: [['identifier'], person] },
  ContactReference: { keys: [person] },
  InvoiceReference: { keys: [['invoiceNumber']] },
  SalesTeamReference: { keys: [['salesTeamIdentifier']] },
  CurrencyReference: { keys: [['currencyIdentifier'], ['name']] },
  ConfigurationStatusReference: { keys: described },
  CommunicationTypeReference: { keys: described },
  ContactTypeReference: { keys: described },
  OpportunityTypeReference: { keys: described },
  InOutTypeReference: { keys: described },
  ProjectPhaseReference: { keys: described },
  TaxCodeLevelReference: { keys: [['caption']] },
};

/** Of other records with a company (warehouses, certifications) it is not the customer. */
const ofCustomers: ReadonlySet<string> = new Set([
  'Agreement',
  'Configuration',
  'Contact',
  'Invoice',
  'Opportunity',
  'Project',
]);

/** Reads the whole catalogue when it is first asked (some 20 ms), and each reference once. */
export function createSources(catalogue: Catalogue): Sources {
  const known = new Map<string, Source | undefined>();
  let lists: ReadonlyMap<string, readonly Operation[]> | undefined;
  return (reference) => {
    lists ??= listsByRecord(catalogue.all());
    if (!known.has(reference)) known.set(reference, sourceOf(reference, lists, catalogue));
    return known.get(reference);
  };
}

/** The document puts dots before some names: `Finance.Currency`. */
const bareName = (name: string) => name.replace(/^.*\./, '');

/** `/service/boards` or `/service/boards/{parentId}/statuses`. */
const listPath = /^(?:[^{}]+|([^{}]+)\/\{[^{}]+\}\/[^/{}]+\/?)$/;

function listsByRecord(operations: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const lists = new Map<string, Operation[]>();
  for (const operation of operations) {
    const { method, path, success, inputs } = operation;
    const name = success.schema?.items?.$ref;
    const isAsked = inputs.some((input) => input.name === 'conditions') && listPath.test(path);
    if (method !== 'GET' || success.kind !== 'list' || name === undefined || !isAsked) continue;
    lists.set(bareName(name), [...(lists.get(bareName(name)) ?? []), operation]);
  }
  return lists;
}

function sourceOf(
  reference: string,
  lists: ReadonlyMap<string, readonly Operation[]>,
  { schema: schemaOf }: Catalogue,
): Source | undefined {
  const target = exceptions[reference] ?? {};
  const records = target.records ?? bareName(reference).replace(/Reference$/, '');
  // Some setup tables have only the list that every role may read.
  const [list] = [...(lists.get(records) ?? lists.get(`${records}Info`) ?? [])].sort(byDepth);
  const component = list?.success.schema?.items?.$ref;
  const properties = component === undefined ? undefined : schemaOf(component)?.properties;
  if (!list || !properties) return undefined;
  const candidates = target.keys ?? [['identifier'], ['name']];
  const keys = candidates.filter((key) => key.every((member: string) => Object.hasOwn(properties, member)));
  const within = listPath.exec(list.path)?.[1];
  if (keys.length === 0) return undefined;
  return {
    list,
    keys,
    ...(within !== undefined && { within }),
    isOfCustomer: ofCustomers.has(records),
    keepsDeleted: properties['deletedFlag'] !== undefined,
  };
}

/** A list that stands alone before those within others, then the shortest path: `/system/members` before `…/withSso`. */
const byDepth = (one: Operation, other: Operation) =>
  Number(one.path.includes('{')) - Number(other.path.includes('{')) || one.path.length - other.path.length;
