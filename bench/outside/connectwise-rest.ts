import connectwise from 'connectwise-rest';
import { account } from './account.ts';

/** The peer's client, as its README shows it. @param site the URL of a server that answers as ConnectWise does. */
export const connectwiseRestAt = (site: string) =>
  new connectwise.ManageAPI({
    companyId: 'acme',
    companyUrl: new URL(site).host,
    publicKey: 'key',
    privateKey: account.password,
    clientId: account.clientId,
    logger: () => undefined,
  });
