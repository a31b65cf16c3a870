import { handler as api } from '../../functions/api.ts';
import { handler } from '../../functions/callbacks.ts';
import type { ApiAnswer } from '../../functions/problem.ts';
import { type Address, callbackEvent, signatureOf } from '../callback/signed.ts';
import { apiEvent, bodyOf, contextOf, type Doors, openDoors } from './doors.ts';

/** The doors with a connection 'acme' that declared callbacks, and one 'globex' that did not. */
export interface CallbackStage {
  readonly doors: Doors;
  /** Of the callback 'companies' of 'acme'. */
  readonly address: Required<Address>;
  /** Where ConnectWise gives the key by which it signs for 'acme', and that key. */
  readonly keyUrl: string;
  readonly key: string;
  /** Sends a callback to the handler as it is deployed: signed, and to `address`, unless told. */
  post(body: string, signature?: string, to?: Address): ReturnType<typeof handler>;
}

const keyId = '6f9619ff-8b86-d011-b42d-00cf4fc964ff';
export const pull = {
  version: 1,
  connection: 'acme',
  operationId: 'getCompanyCompanies',
  pages: 'all',
  incremental: { checkpoint: 'companies' },
};
export const companies = { type: 'company', level: 'owner', objectId: 1 };
export const pulling = {
  ...companies,
  starts: { pull: 'companies-hourly', afterSeconds: 30, invocation: pull },
};

export async function openCallbackStage(): Promise<CallbackStage> {
  const doors = await openDoors({ rows: 3 });
  await doors.connect('acme');
  await doors.connect('globex');
  const answer = await declare({
    declared: { companies, contacts: { ...companies, type: 'contact' }, pulling },
  });
  const address = { connection: 'acme', name: 'companies', token: tokenIn(answer) };
  const keyUrl = `${doors.simulator.url}/v2026_1//system/callbackkey/index.rails?companyName=acme&id=${keyId}`;
  const key: string = Object(await (await fetch(keyUrl)).json()).signing_key;
  return {
    doors,
    address,
    keyUrl,
    key,
    post: (body, signature = signatureOf(key, body), to = {}) =>
      handler(callbackEvent({ ...address, ...to }, body, signature), contextOf(5_000)),
  };
}

export const declare = (body: object, connection = 'acme') =>
  api(
    apiEvent('PUT /callbacks', { queryStringParameters: { connection }, body: JSON.stringify(body) }),
    contextOf(),
  );

/** The token is the last segment of the address. */
export const tokenIn = (answer: ApiAnswer) =>
  String(bodyOf(answer)['path']).replace(/^.*\/([\w-]+)\?recordId=$/, '$1');
