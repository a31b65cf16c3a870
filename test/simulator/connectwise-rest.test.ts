import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import connectwise from 'connectwise-rest';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { createSimulator, type Simulator } from '../../simulator/server.ts';

const { ManageAPI } = connectwise;

let simulator: Simulator;
let client: InstanceType<typeof ManageAPI>;
beforeAll(async () => {
  const catalogue = loadCatalogue(join(inject('taskRoot'), '.catalogue'));
  simulator = await createSimulator({ catalogue, https: true });
  setDefaultCACertificates([...getCACertificates(), simulator.certificate ?? '']);
  const { username, password, clientId } = simulator.credentials;
  const [companyId = '', publicKey = ''] = username.split('+');
  const companyUrl = `127.0.0.1:${simulator.port}`;
  const logger = () => undefined;
  client = new ManageAPI({ companyId, publicKey, privateKey: password, companyUrl, clientId, logger });
});
afterAll(() => simulator.close());

test('reads a record and a list with conditions', async () => {
  const company = await client.CompanyAPI.getCompanyCompaniesById(1);
  const few = await client.CompanyAPI.getCompanyCompanies({ conditions: 'id <= 2', orderBy: 'id desc' });
  expect([company.id, few.map(({ id }) => id)]).toEqual([1, [2, 1]]);
});

test('pages through a whole collection', async () => {
  const { count = 0 } = await client.CompanyAPI.getCompanyCompaniesCount();
  const all = await client.paginate(client.CompanyAPI.getCompanyCompanies, { pageSize: 7 }, {});
  expect([count > 14, all.length]).toEqual([true, count]);
});

test('creates, patches and deletes a record', async () => {
  const board = await client.ServiceAPI.postServiceBoards({
    name: 'Made by a client',
    location: { id: 1 },
    department: { id: 1 },
  });
  const id = board.id ?? 0;
  // Its types allow objects only for the value of a patch.
  const patch = [{ op: 'replace', path: 'location', value: { id: 2 } }];
  expect((await client.ServiceAPI.patchServiceBoardsById(id, patch)).location?.id).toBe(2);
  await client.ServiceAPI.deleteServiceBoardsById(id);
  await expect(client.ServiceAPI.getServiceBoardsById(id)).rejects.toMatchObject({ status: 404 });
});

test('rejects with the status and the body of a failure', async () => {
  await expect(client.CompanyAPI.getCompanyContactsById(999_999)).rejects.toMatchObject({
    status: 404,
    data: { code: 'NotFound', message: 'Contact 999999 not found' },
  });
  await expect(client.ServiceAPI.getServiceTickets({ conditions: 'bogus=1' })).rejects.toMatchObject({
    status: 400,
    data: { code: 'ApiFindCondition', message: 'bogus is not a recognized name.' },
  });
});

test('rejects where the connection is cut', async () => {
  simulator.failNext({ operation: 'getServiceBoards', cut: 'before' });
  await expect(client.ServiceAPI.getServiceBoards()).rejects.toMatchObject({ message: 'socket hang up' });
});
