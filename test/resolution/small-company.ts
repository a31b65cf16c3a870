import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Invocation } from '../../lib/invocation.ts';
import type { ManageRequest } from '../../lib/request.ts';
import type { Sent } from '../../lib/response.ts';
import { notFound, sentBack } from '../answers.ts';
import { observedEngine } from '../observed-engine.ts';

type Row = Readonly<Record<string, unknown>> & { readonly id: number };

const custom = (id: number, caption: string) => ({ id, caption, type: 'Text', value: null });

/** What the lists of a small company show. Status names are the same on both boards, but for one, and ids are not. */
const lists: Readonly<Record<string, readonly Row[]>> = {
  '/company/companies': [
    { id: 11, identifier: 'Acme', name: 'Acme Corporation' },
    { id: 12, identifier: 'Zenith', name: 'Zenith Ltd' },
    { id: 13, identifier: 'Zenith2', name: 'zenith ltd', deletedFlag: false },
    { id: 14, identifier: 'Acme', name: 'Acme Corporation', deletedFlag: true },
  ],
  '/company/companies/11/sites': [{ id: 111, name: 'Main' }],
  '/company/companies/12/sites': [{ id: 121, name: 'Main' }],
  '/company/companies/types': [
    { id: 1, name: 'Customer' },
    { id: 2, name: 'Vendor' },
  ],
  '/company/communicationTypes': [
    { id: 41, description: 'Email' },
    { id: 42, description: 'Phone' },
  ],
  '/company/contacts': [
    { id: 1, firstName: 'Ada', lastName: 'de Vries', company: { name: 'Acme Corporation' } },
    { id: 2, firstName: 'Ada', lastName: 'de Vries', company: { name: 'Zenith Ltd' } },
    { id: 3, firstName: 'Cher' },
  ],
  '/service/boards': [
    { id: 21, name: 'Help Desk' },
    { id: 22, name: 'Projects' },
  ],
  '/service/boards/21/statuses': [
    { id: 211, name: 'New' },
    { id: 212, name: 'Closed' },
  ],
  '/service/boards/22/statuses': [
    { id: 221, name: 'New' },
    { id: 222, name: 'Done' },
  ],
  '/service/priorities': [{ id: 31, name: 'High' }],
  '/service/tickets': [
    { id: 900, customFields: [custom(5, 'Region'), custom(6, 'Asset Tag')] },
    { id: 899, customFields: [custom(5, 'Region'), custom(7, 'asset tag'), custom(8, 'Floor')] },
  ],
};

const records: Readonly<Record<string, Row>> = {
  '/service/tickets/42': { id: 42, board: { id: 22, name: 'Projects' }, customFields: [custom(9, 'Shelf')] },
};

/** Answers a list as a server that does not filter at all: what is not called so is the resolver's to leave out. */
export function answerOf({ method, path, query }: ManageRequest): Sent {
  if (method !== 'GET') return sentBack(method === 'POST' ? 201 : 200, { id: 1 });
  const found = path === '/company/contacts' ? contacts(query) : (lists[path] ?? records[path]);
  return found ? sentBack(200, found) : sentBack(404, notFound);
}

/** But for the company's, which it must be asked for. */
function contacts(query: string): readonly Row[] {
  const all = lists['/company/contacts'] ?? [];
  const wanted = /company%2Fid%20%3D%20(\d+)/.exec(query)?.[1];
  return wanted === undefined ? all : all.filter(({ id }) => String(id + 10) === wanted);
}

/** An engine before that company, which resolves names. */
export function observedCompany(catalogue: Catalogue, sent = answerOf) {
  const { execute, seen, engine } = observedEngine({ catalogue, sent });
  let runs = 0;
  const asked = () => seen.exchanges.map(({ request }) => `${request.method} ${request.path}`);
  const run = async (invocation: Partial<Invocation>, remainingMs = 60_000) => {
    const before = seen.exchanges.length;
    const outcome = await execute(
      { id: `run-${++runs}`, resolve: true, ...invocation },
      seen.nowMs + remainingMs,
    );
    const calls = seen.exchanges.slice(before).map(({ request }) => request);
    const written = calls.find(({ writes }) => writes)?.body;
    return {
      outcome,
      failure: outcome.result.failure,
      lookUps: calls.filter(({ writes }) => !writes),
      written: written?.kind === 'json' ? JSON.parse(written.text) : undefined,
    };
  };
  const create = (request: unknown) => run({ operationId: 'postServiceTickets', request });
  const patch = (request: unknown) =>
    run({ operationId: 'patchServiceTicketsById', inputs: { id: 42 }, request });
  return { run, create, patch, asked, seen, engine };
}
