import { describe, expect, test } from 'vitest';
import { createDoor } from '../../cli/contract/door.ts';
import { markdownOf, runContract } from '../../cli/contract/report.ts';
import { readSwitches, type Switches } from '../../simulator/contract.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { createSimulator, type Simulator } from '../../simulator/server.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

const catalogue = defaultCatalogue();

function doorOf({ url, company, credentials }: Simulator, maxCalls: number, sent: string[] = []) {
  return createDoor({
    site: { baseUrl: `${url}/v4_6_release/apis/3.0`, cloud: false },
    origin: url,
    connection: { name: 'sandbox', siteUrl: url, company, ...credentials },
    version: catalogue.version,
    send: (at, init) => {
      sent.push(`${init.method} ${new URL(at).pathname}`);
      return fetch(at, init);
    },
    sleep: async () => {},
    pauseMs: 500,
    maxCalls,
  });
}

async function learn(options: Partial<SimulatorOptions>, maxCalls = 60) {
  const sent: string[] = [];
  const simulator = await createSimulator({ catalogue, ...options });
  try {
    return { report: await runContract(doorOf(simulator, maxCalls, sent), new Date(0)), sent };
  } finally {
    await simulator.close();
  }
}

const settings: readonly Switches[] = [
  {
    badKeysBody: 'UserNotAuthenticated',
    missingClientIdStatus: 403,
    isSystemInfoOpen: false,
    isCloudAs: 'boolean',
    unknownCompany: 'null',
    junkVersion: 'latest',
    stringEscapes: 'none',
    likeWildcards: 'documented',
    dateOffsets: 'applied',
    unknownNames: 'dropped',
    links: 'recorded',
    lastForwardLink: 'missing',
    documentsOfNoRecord: 'refused',
  },
  {
    badKeysBody: 'Unauthorized',
    missingClientIdStatus: 401,
    isSystemInfoOpen: true,
    isCloudAs: 'text',
    unknownCompany: 'not-found',
    junkVersion: 'not-acceptable',
    stringEscapes: 'backslash',
    likeWildcards: 'sql',
    dateOffsets: 'shifted',
    unknownNames: 'refused',
    links: 'always',
    lastForwardLink: 'self',
    documentsOfNoRecord: 'all',
  },
  { stringEscapes: 'doubled', links: 'old', lastForwardLink: 'empty' },
];

describe('a contract', () => {
  test.each(settings)('finds the switches by which a server behaves, set %#', async (switches) => {
    const { report } = await learn({ mode: 'self-hosted', tickets: 100, ...switches });
    expect(report.switches).toMatchObject(switches);
    expect(readSwitches(JSON.stringify(report))).toEqual(report.switches);
    expect(report.ended).toBeUndefined();
  });

  test.each(['recorded', 'old'] as const)('tells where a walk goes on, by %s links', async (links) => {
    const { report } = await learn({ tickets: 100, links });
    const found = report.findings.find(({ name }) => name === 'the next page of a forward-only walk');
    expect(found).toMatchObject({ learned: 'A page names its last id.' });
  });

  test('sends nothing but reads, and tells no key and no record', async () => {
    const { report, sent } = await learn({ tickets: 100 });
    expect(sent.length).toBe(report.calls);
    expect(sent.filter((it) => !it.startsWith('GET ') && !it.endsWith('/service/tickets/search'))).toEqual(
      [],
    );
    expect(markdownOf(report)).not.toMatch(/simulatorPrivateKey|Basic/);
  });

  test('refuses what could write', async () => {
    const simulator = await createSimulator({ catalogue });
    try {
      const door = doorOf(simulator, 60);
      await expect(door.ask({ method: 'POST', path: '/service/tickets' })).rejects.toThrow('only reads');
      expect(door.calls()).toBe(0);
    } finally {
      await simulator.close();
    }
  });

  test('ends where its calls are used up, or ConnectWise says that there are too many', async () => {
    const { report } = await learn({ tickets: 100 }, 5);
    expect(report).toMatchObject({ calls: 5, ended: 'the 5 calls that were allowed are used up' });
    const limited = await learn({ tickets: 100, throttlePerMinute: 4 });
    expect(limited.report.ended).toContain('429');
  });
});

describe('a simulator', () => {
  test('takes no switch that it does not know', () => {
    expect(() => readSwitches('{"switches":{"links":"sometimes"}}')).toThrow('not valid at switches.links');
    expect(() => readSwitches('no')).toThrow('not JSON');
  });
});
