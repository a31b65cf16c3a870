import { connectwiseRestAt } from '../outside/connectwise-rest.ts';
import { measure } from './measuring.ts';

/** As its README shows it: page after page by number, all rows kept in one array. */
measure(async (origin, isOnePage) => {
  const client = connectwiseRestAt(origin);
  const { ServiceAPI } = client;
  if (isOnePage) return (await ServiceAPI.getServiceTickets({ pageSize: 1_000 })).length;
  return (await client.paginate(ServiceAPI.getServiceTickets, { pageSize: 1_000 }, {})).length;
});
