import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Finding } from '../../lib/preflight/finding.ts';
import { buildRequest } from '../../lib/request.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

function findingsOf(operationId: string, inputs: object, request?: unknown): readonly Finding[] {
  const operation = catalogue.find(operationId);
  if (!operation) throw new Error(`There is no ${operationId}.`);
  const invocation = { version: 1, connection: 'acme', operationId, inputs: { ...inputs }, request } as const;
  const built = buildRequest(operation, invocation, catalogue);
  return built.valid ? built.warnings : built.failure.findings;
}

const inShort = (findings: readonly Finding[]) =>
  findings.map(({ severity, reason }) => `${severity} ${reason}`).join(', ');

const ticketFindings = (conditions: string) => inShort(findingsOf('getServiceTickets', { conditions }));

describe('conditions of a list', () => {
  test.each([
    'closedFlag = false and status/name in ("New", "Open") and Company/Identifier != null',
    '(contact/name like "Fred%" and closedFlag = false) and dateEntered > [2015-12-23T05:53:27Z] or summary contains "test" AND  summary != "Some Summary"',
    'lastUpdated>[2026-01-01] and _info/lastUpdated < [06/30/2026] and _INFO/enteredBy = "x"',
    'parentTicketId=null and closedDate > [2026-01-01] and dateResolved = "2026-01-01"',
    'severity = "low" or severity = NULL',
    'configuration/id = 3',
    'summary like "[[]string]%"',
  ])('%s is found right', (conditions) => {
    expect(ticketFindings(conditions)).toBe('');
  });

  test.each([
    ['id == 1', 'error unreadable_condition'],
    ['lastUpdated > 2026-01-01', 'error unreadable_condition'],
    ['lastUpdated > "2026-01-01"', 'error date_without_brackets'],
    ['requiredDate > "2026-01-01"', 'error date_without_brackets'],
    ['closedFlag = 1', 'error wrong_type'],
    ['id in (1, "2", "3", true)', 'error wrong_type'],
    ['zip = 33602', 'error wrong_type'],
    ['customFields/value = "x"', 'error misplaced_custom_field'],
    ['integratorTags = "x"', 'error list_in_conditions'],
    ['caption = "x"', 'warning misplaced_custom_field'],
    ['sumary = "x"', 'warning unknown_name'],
    ['company/identifer = "x"', 'warning unknown_name'],
    ['resources/identifier = "x"', 'warning unknown_name'],
    ['initialDescription = "x"', 'warning not_filterable'],
    ['severity = "Extreme"', 'warning unknown_value'],
    ['severity like "L%"', 'warning no_text'],
    ['company = null', 'warning member_missing'],
    ['requiredDate < null', 'warning null_compared'],
    ['id in (1, null)', 'warning null_compared'],
    ['lastUpdated > [2026-01-01T00:00:00+01:00]', 'warning date_offset'],
    ['lastUpdated > [yesterday]', 'warning unreadable_date'],
    ['summary contains "[urgent]"', 'warning unescaped_bracket'],
    ['configuration/id in (3, 4)', 'warning one_id_only'],
    ['configuration/id = 3 or configuration/id = 4', 'warning one_id_only, warning one_id_only'],
    [
      'id = "1" and closedFlag = "x" and colour = 1',
      'error wrong_type, error wrong_type, warning unknown_name',
    ],
  ])('%s: %s', (conditions, findings) => {
    expect(ticketFindings(conditions)).toBe(findings);
  });

  test('are told where they are wrong, and what to do', () => {
    const [name, date] = findingsOf('getServiceTickets', {
      conditions: 'closedFlag = false and\n  sumary = "x" and\n lastUpdated > [2026-01-01T00:00:00+01:00]',
    });
    expect(name).toMatchObject({
      path: 'inputs.conditions',
      message: `'inputs.conditions', line 2, column 3: there is no member 'sumary' (did you mean 'summary'?).`,
    });
    expect(date?.mend).toBe('Write it in UTC: [2025-12-31T23:00:00Z].');
  });

  test('are never quoted but for their names', () => {
    const secret = 'hunter2-hunter2';
    const all = [
      `summary = ${secret}`,
      `id = "${secret}" and severity = "${secret}" and closedFlag like "[${secret}"`,
      `lastUpdated > [${secret}] and closedFlag in ("${secret}")`,
      `summary = "a" or "${secret}" = summary`,
    ].flatMap((conditions) => findingsOf('getServiceTickets', { conditions }));
    expect(all.length).toBeGreaterThan(7);
    expect(JSON.stringify(all)).not.toContain('hunter2');
  });

  test('of mistakes alone are read to the fiftieth', () => {
    const conditions = Array.from({ length: 20_000 }, () => 'id == 1').join(' and ');
    expect(findingsOf('getServiceTickets', { conditions }).length).toBeLessThanOrEqual(51);
  });
});

describe('the other places', () => {
  test.each([
    ['getServiceTicketsCount', { conditions: 'sumary = "x"' }, 'warning unknown_name'],
    ['getServiceTicketsCount', { conditions: 'closedFlag = 1' }, 'error wrong_type'],
    ['getCompanyContacts', { conditions: 'types/name = "x"' }, 'error list_in_conditions'],
    [
      'getCompanyContacts',
      { childConditions: 'types/name = "x" and communicationItems/value like "%@x"' },
      '',
    ],
    ['getCompanyContacts', { childConditions: 'types/nam = "x"' }, 'warning unknown_name'],
    ['getCompanyContacts', { childConditions: 'types/id in (1, 2)' }, 'warning in_not_allowed'],
    ['getCompanyContacts', { childConditions: 'types = "x"' }, 'warning member_missing'],
    ['getCompanyContacts', { customFieldConditions: 'caption = "Region" and value != null' }, ''],
    ['getCompanyContacts', { customFieldConditions: 'Region = "North"' }, 'warning unknown_name'],
    ['getServiceBoards', { customFieldConditions: 'caption = "x"' }, 'warning no_custom_fields'],
    ['getServiceBoards', { conditions: 'board/name = "x"' }, 'warning unknown_name'],
    ['getServiceTickets', { orderBy: 'priority/sort asc, lastUpdated desc' }, ''],
    ['getServiceTickets', { orderBy: 'id descending' }, 'warning unreadable_order'],
    ['getServiceTickets', { orderBy: 'colour' }, 'warning unknown_name'],
    ['getServiceTickets', { orderBy: 'customFields/value' }, 'warning list_in_order'],
    ['getServiceTickets', { fields: 'id, status/name,_info/lastUpdated,customFields/value' }, ''],
    ['getServiceTickets', { fields: 'id,assignedTo' }, 'warning unknown_name'],
    ['getServiceTickets', { fields: 'lastUpdated' }, 'warning unknown_name'],
    ['getServiceTicketsById', { id: 1, fields: 'id,sumary' }, 'warning unknown_name'],
    ['getServiceTicketsById', { id: 1, conditions: 'what this does is ((unknown' }, ''],
    ['getServiceTickets', { conditions: ' ' }, ''],
  ])('%s %j: %s', (operationId, inputs, findings) => {
    expect(inShort(findingsOf(operationId, inputs))).toBe(findings);
  });

  test('the body of a search is read like the inputs of a list', () => {
    const request = { conditions: 'id = "1"', childconditions: 'colour = 1', orderBy: 'colour' };
    const findings = findingsOf('postServiceTicketsSearch', {}, request);
    expect(findings.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      'request.conditions wrong_type',
      'request.childconditions unknown_name',
      'request.orderBy unknown_name',
    ]);
  });
});
