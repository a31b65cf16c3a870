import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { recordOf } from '../../lib/preflight/preflight.ts';
import { buildRequest, type ManageRequest } from '../../lib/request.ts';
import { textOf } from '../../lib/response.ts';
import { type Fitted, fitToUrl } from '../../lib/splitting/fitting.ts';
import { sendDivisible } from '../../lib/splitting/parts.ts';
import { createSimulator, type Simulator } from '../../simulator/server.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';
import { sendingTo } from './observed-reads.ts';

let catalogue: Catalogue;
let simulator: Simulator;
beforeAll(async () => {
  catalogue = defaultCatalogue();
  simulator = await createSimulator({ catalogue, rows: 60 });
});
afterAll(() => simulator.close());

function rendered(operationId: string, inputs: object): ManageRequest {
  const operation = catalogue.find(operationId);
  if (!operation) throw new Error(`There is no ${operationId}.`);
  const invocation = { version: 1, connection: 'acme', operationId, inputs: { ...inputs } } as const;
  const built = buildRequest(operation, invocation, catalogue);
  if (!built.valid) throw new Error(built.failure.message);
  return built.request;
}

/** The call as it would be made if URLs took no more than so many characters. */
function fitted(operationId: string, inputs: object, longest: number): Fitted {
  const operation = catalogue.find(operationId);
  const list = catalogue.find('getCompanyCompanies');
  if (!operation || !list) throw new Error(`There is no ${operationId}.`);
  return fitToUrl(
    rendered(operationId, inputs),
    {
      operation,
      inputs: { ...inputs },
      record: recordOf(list),
      catalogue: { find: catalogue.find, schemaOf: catalogue.schema },
      render: (others) => rendered(operationId, others),
    },
    longest,
  );
}

async function answerTo(order: Fitted): Promise<unknown> {
  const parts = sendingTo(simulator);
  const ending = await sendDivisible(parts, { ...order, deadlineMs: 60_000 }, parts.connection);
  if (ending.kind !== 'sent' || ending.sent.kind !== 'response') throw new Error('Nothing was answered.');
  return JSON.parse(textOf(ending.sent.response.bytes));
}

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 70 }), { minLength: 20, maxLength: 60 });
const lists = fc
  .tuple(fc.constantFrom('id', 'ID', 'territory/id', 'status/id'), ids, fc.constantFrom([], [3, 3]))
  .map(([name, all, more]) => `${name} in (${[...all, ...more].join(', ')})`);
const tests = fc.oneof(
  { weight: 3, arbitrary: lists },
  fc.constantFrom(
    'deletedFlag = false',
    'name like "%a%"',
    'lastUpdated > [2020-01-01]',
    'phoneNumber != null',
  ),
  fc.constantFrom('name contains "an"', 'city < "n"', 'id not in (3, 4, 5)'),
);
/** Short enough to be asked whole as well. */
const conditions = fc
  .oneof(
    tests,
    fc.tuple(lists, tests).map(([one, other]) => `${one} and ${other}`),
    fc.array(tests, { minLength: 2, maxLength: 4 }).map((all) => all.join(' or ')),
    fc.tuple(tests, lists, tests).map(([one, other, third]) => `(${one} or ${other}) and ${third}`),
  )
  .filter((text) => encodeURIComponent(text).length < 1_500);
const orderBy = fc.constantFrom(
  undefined,
  'id desc',
  'name',
  'city asc, name desc',
  'territory/name desc',
  'lastUpdated desc',
  'deletedFlag, STATUS/id',
  'dateDeleted, annualRevenue desc',
);
const fields = fc.constantFrom(
  undefined,
  'id,name',
  'name',
  'city,territory/id',
  '_info/lastUpdated',
  'status',
);
const page = fc.constantFrom(undefined, 1, 2, 3);
const pageSize = fc.constantFrom(undefined, 1, 5, 20, 500);
const longest = fc.integer({ min: 230, max: 500 });

test('a list in parts is the list, whatever its order, page and fields', { timeout: 60_000 }, async () => {
  const seen = { split: 0, filled: 0 };
  const inputs = fc.record({ conditions, orderBy, fields, page, pageSize });
  const property = fc.asyncProperty(inputs, longest, async (given, most) => {
    const order = fitted('getCompanyCompanies', given, most);
    if (!order.split) return;
    seen.split += 1;
    const { requests } = order.split;
    expect(requests.every(({ path, query }) => path.length + 1 + query.length <= most)).toBe(true);
    const expected = await answerTo({ request: order.request });
    expect(await answerTo(order), JSON.stringify(given)).toEqual(expected);
    if (Array.isArray(expected) && expected.length > 0) seen.filled += 1;
  });
  await fc.assert(property, { numRuns: 100 });
  expect(seen.split).toBeGreaterThan(20);
  expect(seen.filled).toBeGreaterThan(10);
});

test('a count in parts is the count', { timeout: 60_000 }, async () => {
  const seen = { split: 0, filled: 0 };
  const property = fc.asyncProperty(conditions, longest, async (given, most) => {
    const order = fitted('getCompanyCompaniesCount', { conditions: given }, most);
    if (!order.split) return;
    seen.split += 1;
    const expected = await answerTo({ request: order.request });
    expect(await answerTo(order), given).toEqual(expected);
    if (Number(Object(expected).count) > 0) seen.filled += 1;
  });
  await fc.assert(property, { numRuns: 100 });
  expect(seen.split).toBeGreaterThan(5);
  expect(seen.filled).toBeGreaterThan(2);
});
