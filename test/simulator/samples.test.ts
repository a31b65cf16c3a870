import { afterEach, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { readDocument } from '../../lib/catalogue/document.ts';
import type { Method, Operation } from '../../lib/catalogue/operation.ts';
import { sample } from '../../lib/catalogue/sample.ts';
import { buildRequest, type RequestBody } from '../../lib/request.ts';
import { catalogueOf, defaultCatalogue } from '../catalogue/default-catalogue.ts';
import { hasVendorDocuments, vendorDocument } from '../catalogue/vendor-documents.ts';
import { type Caller, createCaller } from './caller.ts';

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The second way to delete a record that the first has deleted already, under its own id. */
const twins = ['deleteScheduleEntriesByIdByNotifyResource'];

let caller: Caller | undefined;
afterEach(() => caller?.simulator.close());

function sent(body: RequestBody): string | FormData | undefined {
  if (body.kind === 'none') return undefined;
  if (body.kind === 'json') return body.text;
  const form = new FormData();
  for (const part of body.parts) {
    if ('value' in part) form.set(part.name, part.value);
    else form.set(part.name, new File([part.bytes], part.fileName, { type: part.contentType }));
  }
  return form;
}

/** What stops a sample, or how the simulator refuses it; undefined where it is accepted. */
async function refusal(operation: Operation, catalogue: Catalogue, to: Caller): Promise<string | undefined> {
  const { example } = sample(operation, catalogue);
  const invocation = { version: 1, connection: 'acme', preflight: 'strict', ...example } as const;
  const built = buildRequest(operation, invocation, catalogue);
  if (!built.valid) return built.failure.message;
  const { method, path, query, body } = built.request;
  const { status, text } = await to.call(method, query === '' ? path : `${path}?${query}`, sent(body));
  return status === operation.success.status ? undefined : `${operation.operationId}: ${status} ${text}`;
}

/** Each method has records of its own; children are deleted before their parents. */
async function refusals(catalogue: Catalogue, method: Method): Promise<readonly string[]> {
  caller = await createCaller({ catalogue, rows: 4 });
  const depth = ({ path }: Operation) => path.split('/').filter(Boolean).length;
  const operations = catalogue
    .all()
    .filter((operation) => operation.method === method && !twins.includes(operation.operationId))
    .toSorted((one, other) => (method === 'DELETE' ? depth(other) - depth(one) : 0));
  const found: string[] = [];
  for (const operation of operations) {
    const told = await refusal(operation, catalogue, caller);
    if (told !== undefined) found.push(told);
  }
  return found;
}

test.each(methods)('the simulator accepts the sample of every %s of 2022.1', async (method) => {
  expect(await refusals(defaultCatalogue(), method)).toEqual([]);
});

test.skipIf(!hasVendorDocuments).each(methods)(
  'the simulator accepts the sample of every %s of 2025.8 (needs ../shared/openapi)',
  async (method) => {
    expect(await refusals(catalogueOf(readDocument(vendorDocument('manage-2025.8'))), method)).toEqual([]);
  },
);
