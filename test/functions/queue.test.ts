import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler, queueHandler } from '../../functions/queue.ts';
import { createServices, type Services } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { contextOf, type Doors, openDoors, returned } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

const message = (fields: object) => JSON.stringify({ version: 1, connection: 'acme', ...fields });
const getCompany = (id: string) => message({ id, operationId: 'getCompanyCompaniesById', inputs: { id: 1 } });

describe('the queue function', () => {
  test('answers every record of a batch and keeps none', async () => {
    const response = await handler(doors.receive(getCompany('a'), getCompany('b')), contextOf());
    const results = doors.takeResults();
    expect(response).toEqual({ batchItemFailures: [] });
    expect(results.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(results[0]).toMatchObject({
      version: 1,
      succeeded: true,
      responseCode: '200',
      description: 'Get a company',
    });
  });

  test('takes the message id where the caller gave none', async () => {
    const event = doors.receive(message({ operationId: 'getSystemInfo' }));
    await handler(event, contextOf());
    expect(doors.takeResults()).toMatchObject([{ id: event.Records[0]?.messageId, succeeded: true }]);
  });

  test('answers a malformed message, naming it, and lets its neighbours through', async () => {
    const event = doors.receive('{ not json', getCompany('sound'), message({ operation: 'getCompanies' }));
    const response = await handler(event, contextOf());
    const [broken, , misspelt] = event.Records.map(({ messageId }) => messageId);
    // Results leave as they come.
    const places = [broken, 'sound', misspelt];
    const results = doors
      .takeResults()
      .toSorted((a, b) => places.indexOf(String(a['id'])) - places.indexOf(String(b['id'])));
    expect(returned(response)).toEqual([]);
    expect(results.map(({ succeeded }) => succeeded)).toEqual([false, true, false]);
    expect(results[0]).toMatchObject({ id: broken, failure: { reason: 'invalid_invocation' } });
    expect(JSON.stringify(results[0])).toContain(`Message ${broken}`);
    expect(results[2]).toMatchObject({
      id: misspelt,
      connection: 'acme',
      failure: { reason: 'invalid_invocation' },
    });
    expect(JSON.stringify(results[2])).toContain("did you mean 'operationId'?");
  });

  test('lets a throttled message rest as long as ConnectWise asked', async () => {
    doors.simulator.failNext({ path: '/company/companies/1', status: 429, headers: { 'retry-after': '90' } });
    await doors.connect('limited');
    const patient = JSON.stringify({ ...JSON.parse(getCompany('patient')), connection: 'limited' });
    const event = doors.receive(patient, message({ id: 'quick', operationId: 'getSystemInfo' }));
    const response = await handler(event, contextOf());
    expect(returned(response)).toEqual([event.Records[0]?.messageId]);
    expect(doors.takeResults()).toMatchObject([{ id: 'quick' }]);
    doors.passTime(89_000);
    expect(doors.receive().Records).toEqual([]);
    doors.passTime(20_000);
    const [back] = doors.receive().Records;
    expect(back).toMatchObject({ body: patient, attributes: { ApproximateReceiveCount: '2' } });
  });

  test('runs the records of a batch at the same time', async () => {
    let begun = 0;
    let open = () => {};
    const everybodyBegan = new Promise<void>((resolve) => {
      open = resolve;
    });
    const services = withEngine(async (id) => {
      begun += 1;
      if (begun === 10) open();
      await everybodyBegan;
      return { kind: 'result', result: { version: 1, id, succeeded: true } };
    });
    const bodies = Array.from({ length: 10 }, (_, index) => getCompany(`together-${index}`));
    await queueHandler(() => services)(doors.receive(...bodies), contextOf());
    expect(doors.takeResults()).toHaveLength(10);
  });

  test('gives back only the record that crashed', async () => {
    const services = withEngine(async (id) => {
      if (id === 'crash') throw new Error('a fault of ours');
      return { kind: 'result', result: { version: 1, id, succeeded: true } };
    });
    const event = doors.receive(getCompany('crash'), getCompany('fine'));
    const response = await queueHandler(() => services)(event, contextOf());
    expect(returned(response)).toEqual([event.Records[0]?.messageId]);
    expect(doors.takeResults()).toMatchObject([{ id: 'fine' }]);
  });

  test('gives back only the record whose result was refused', async () => {
    const services = { ...createServices(readSettings()) };
    const results = { ...services.invocations, sendAll: async () => [undefined, 'InternalError'] };
    const event = doors.receive(getCompany('sent'), getCompany('unsent'));
    const response = await queueHandler(() => ({ ...services, results }))(event, contextOf());
    expect(returned(response)).toEqual([event.Records[1]?.messageId]);
  });

  test('throws where its environment is wrong, so that Lambda counts an error', async () => {
    const broken = queueHandler(() =>
      createServices(readSettings({ ...process.env, CLAIMS_BUCKET: undefined })),
    );
    await expect(broken(doors.receive(getCompany('x')), contextOf())).rejects.toThrow(
      "'CLAIMS_BUCKET' is missing.",
    );
  });

  test('leaves a large result in the bucket and sends the claim', async () => {
    doors.simulator.failNext({ path: '/system/info', status: 200, body: { text: 'x'.repeat(20_000_000) } });
    await handler(doors.receive(message({ id: 'large', operationId: 'getSystemInfo' })), contextOf());
    const [result] = doors.takeResults();
    expect(result).toMatchObject({
      id: 'large',
      succeeded: true,
      responseCode: '200',
      claim: { bucket: 'claims' },
    });
    expect(result).not.toHaveProperty('response');
  });
});

function withEngine(execute: Services['engine']['execute']): Services {
  const services = createServices(readSettings());
  return { ...services, engine: { ...services.engine, execute } };
}
