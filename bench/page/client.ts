import connectwise from 'connectwise-rest';
import { print } from '../../lib/printing.ts';
import type { Result } from '../../lib/result.ts';
import { alternate } from '../alternation.ts';
import { openConnector } from '../pull/connector.ts';

/**
 * The process that page.ts measures: the CPU of one page of 1,000 tickets, from the socket to the result as JSON, all ways in turn.
 */
const [, , origin = '', , catalogueFolder = ''] = process.argv;
const execute = openConnector(origin, catalogueFolder);
const { ServiceAPI } = new connectwise.ManageAPI({
  companyId: 'acme',
  publicKey: 'key',
  privateKey: 'private',
  companyUrl: new URL(origin).host,
  clientId: 'bench',
  logger: () => undefined,
});

/** Bodies that were parsed. */
const seen = { parsed: 0 };
const { parse } = JSON;
JSON.parse = (text: string, ...more) => {
  if (text.length > 100_000) seen.parsed += 1;
  return parse(text, ...more);
};

/** 1.4 MB of it, or it is no page. */
function check(text: string): void {
  if (text.length < 1_000_000) throw new Error(`A page of ${text.length} characters is none.`);
}
const printed = async (result: Result) => check(print(result).text());

const ways = {
  'the connector, a page of a pull': async () => {
    await execute({ pages: 1 }, printed);
  },
  'the connector, a call': async () => printed(await execute({ inputs: { pageSize: 1_000 } }, printed)),
  'connectwise-rest 1.3.0': async () =>
    check(JSON.stringify(await ServiceAPI.getServiceTickets({ pageSize: 1_000 }))),
};

export interface PageFigures {
  /** Milliseconds of CPU a page, by the name of the way. */
  readonly ways: Readonly<Record<string, number>>;
  /** How much less that is than of connectwise-rest in the same round: the median of all rounds. */
  readonly less: Readonly<Record<string, number>>;
  /** How many pages of 20 the connector parses, both ways together. */
  readonly parsed: number;
}

async function measure(): Promise<PageFigures> {
  const { names, costUs, ratioTo } = await alternate(ways, { sliceMs: 250, rounds: 24, warmUpRounds: 4 });
  seen.parsed = 0;
  for (let times = 0; times < 10; times++) {
    await ways['the connector, a page of a pull']();
    await ways['the connector, a call']();
  }
  return {
    ways: Object.fromEntries(names.map((name) => [name, costUs(name) / 1_000])),
    less: Object.fromEntries(names.map((name) => [name, ratioTo('connectwise-rest 1.3.0', name)])),
    parsed: seen.parsed,
  };
}

void measure().then((figures) => process.stdout.write(JSON.stringify(figures), () => process.exit(0)));
