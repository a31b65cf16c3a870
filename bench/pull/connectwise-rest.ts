import connectwise from 'connectwise-rest';
import { measure } from './measuring.ts';

/** As its README shows it: page after page by number, all rows kept in one array. */
measure(async (origin, isOnePage) => {
  const client = new connectwise.ManageAPI({
    companyId: 'acme',
    publicKey: 'key',
    privateKey: 'q7XbT2vK9pLz4RwM',
    companyUrl: new URL(origin).host,
    clientId: 'bench',
    logger: () => undefined,
  });
  const { ServiceAPI } = client;
  if (isOnePage) return (await ServiceAPI.getServiceTickets({ pageSize: 1_000 })).length;
  return (await client.paginate(ServiceAPI.getServiceTickets, { pageSize: 1_000 }, {})).length;
});
