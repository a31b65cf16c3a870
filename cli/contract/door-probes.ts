import { memberOf, type Probe, told, unsure } from './probe.ts';

const info = '/system/info';
/** Behind the keys in any case. */
const guarded = { path: '/service/tickets', query: { pageSize: '1', fields: 'id' } };

/** What the doors of ConnectWise do: discovery, keys, versions. */
export const doorProbes: readonly Probe[] = [
  {
    name: 'IsCloud of discovery',
    section: '§2.2',
    run: async (door) => {
      const reply = await door.ask({ path: '/login/companyinfo/{company}', isDiscovery: true });
      const value = memberOf(reply.json, 'IsCloud');
      if (typeof value !== 'boolean' && typeof value !== 'string') return unsure(reply);
      const isCloudAs = typeof value === 'string' ? 'text' : 'boolean';
      return { learned: `It is sent as a ${isCloudAs}.`, switches: { isCloudAs } };
    },
  },
  {
    name: 'an unknown company',
    section: '§2.2',
    run: async (door) => {
      const reply = await door.ask({ path: '/login/companyinfo/no-such-company-4711', isDiscovery: true });
      const learned = `Discovery answers ${told(reply)}.`;
      if (reply.status === 404) return { learned, switches: { unknownCompany: 'not-found' } };
      return reply.json === null ? { learned, switches: { unknownCompany: 'null' } } : { learned };
    },
  },
  {
    name: 'bad keys',
    section: '§13.1',
    run: async (door) => {
      const reply = await door.ask({ ...guarded, keys: 'wrong' });
      const learned = `It answers ${told(reply)}.`;
      const words = [memberOf(reply.json, 'message'), memberOf(reply.json, 'code')];
      if (words.includes('UserNotAuthenticated'))
        return { learned, switches: { badKeysBody: 'UserNotAuthenticated' } };
      return words.includes('Unauthorized')
        ? { learned, switches: { badKeysBody: 'Unauthorized' } }
        : { learned };
    },
  },
  {
    name: 'no clientId',
    section: '§13.1',
    run: async (door) => {
      const reply = await door.ask({ ...guarded, withoutClientId: true });
      const learned = `It answers ${told(reply)}.`;
      if (reply.status === 401) return { learned, switches: { missingClientIdStatus: 401 } };
      return reply.status === 403 ? { learned, switches: { missingClientIdStatus: 403 } } : { learned };
    },
  },
  {
    name: '/system/info without keys',
    section: '§1.11',
    run: async (door) => {
      const reply = await door.ask({ path: info, keys: 'none' });
      const isSystemInfoOpen = reply.status === 200;
      return { learned: `It answers ${told(reply)}.`, switches: { isSystemInfoOpen } };
    },
  },
  {
    name: 'a version that names no model',
    section: '§13.2',
    run: async (door) => {
      const accept = 'application/vnd.connectwise.com+json; version=junk';
      const reply = await door.ask({ path: info, headers: { accept } });
      const learned = `It answers ${told(reply)}.`;
      if (reply.status === 200) return { learned, switches: { junkVersion: 'latest' } };
      return reply.status === 406 ? { learned, switches: { junkVersion: 'not-acceptable' } } : { learned };
    },
  },
];
