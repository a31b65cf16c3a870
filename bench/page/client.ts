import { alternate } from '../alternation.ts';
import { connectwiseRestAt } from '../outside/connectwise-rest.ts';
import { emit, openConnector } from '../pull/connector.ts';

/**
 * The process that page.ts measures: the CPU of one page of 1,000 tickets, all ways in turn. The connector goes as far as the queue
 * function does, which leaves a page of that size in S3, gzipped; the peer prints it as JSON.
 */
const [, , origin = '', , catalogueFolder = ''] = process.argv;
const execute = openConnector(origin, catalogueFolder);
const { ServiceAPI } = connectwiseRestAt(origin);

/** Bodies that were parsed. */
const seen = { parsed: 0 };
const { parse } = JSON;
JSON.parse = (text: string, ...more) => {
  if (text.length > 100_000) seen.parsed += 1;
  return parse(text, ...more);
};

/** A pull of so many pages has two counts besides. */
const pages = 10;
const pageOfPull = 'the connector, a page of a pull of ten';

const ways = {
  [pageOfPull]: async () => {
    const { certificate } = await execute({ pages }, emit);
    if (certificate?.pages !== pages) throw new Error('It has not all of its pages.');
  },
  'the connector, a call': async () => emit(await execute({ inputs: { pageSize: 1_000 } }, emit)),
  'connectwise-rest 1.3.0': async () => {
    const text = JSON.stringify(await ServiceAPI.getServiceTickets({ pageSize: 1_000 }));
    if (text.length < 1_000_000) throw new Error(`A page of ${text.length} characters is none.`);
  },
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
  const { names, costUs, ratioTo } = await alternate(ways, { sliceMs: 500, rounds: 16, warmUpRounds: 4 });
  seen.parsed = 0;
  await ways[pageOfPull]();
  for (let times = 0; times < pages; times++) await ways['the connector, a call']();
  const pagesOf = (name: string) => (name === pageOfPull ? pages : 1);
  return {
    ways: Object.fromEntries(names.map((name) => [name, costUs(name) / 1_000 / pagesOf(name)])),
    less: Object.fromEntries(
      names.map((name) => [name, ratioTo('connectwise-rest 1.3.0', name) * pagesOf(name)]),
    ),
    parsed: seen.parsed,
  };
}

void measure().then((figures) => process.stdout.write(JSON.stringify(figures), () => process.exit(0)));
