import { queueHandler } from '../../functions/queue.ts';
import { createServices } from '../../functions/services.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { compile } from '../../lib/catalogue/compilation.ts';
import { createCatalogue } from '../../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { alternate } from '../alternation.ts';
import { context, eventOf, logToNowhere, readOf } from '../outside/events.ts';
import { inMemory, manageOf, settings, tablesOf } from '../outside/in-memory.ts';
import { grown } from '../synthetic-document.ts';

/** The process that growth.ts measures: the connector's own CPU, with all outside of it in memory, as one thing grows. */
export interface GrowthFigures {
  /** Microseconds of CPU for one unit, by size. */
  readonly costs: readonly { readonly size: number; readonly us: number }[];
  /** The unit at the largest size over that at the smallest, in the same round. */
  readonly ratio: number;
}
export type Growths = Readonly<Record<string, GrowthFigures>>;

const timing = { sliceMs: 60, rounds: 31, warmUpRounds: 5 };
const document = readPublishedTypes();

/** One thing that grows: for each size what is done, and how many units of it that is. */
interface Growing {
  readonly way: () => Promise<void>;
  readonly units: number;
}

async function measure(
  sizes: readonly number[],
  growingOf: (size: number) => Growing,
): Promise<GrowthFigures> {
  const growing = new Map(sizes.map((size) => [String(size), growingOf(size)]));
  const ways = Object.fromEntries([...growing].map(([size, { way }]) => [size, way]));
  const { costUs, ratioTo } = await alternate(ways, timing);
  const unitsOf = (size: number) => growing.get(String(size))?.units ?? 1;
  const [first = 0, last = first] = [sizes[0], sizes.at(-1)];
  return {
    costs: sizes.map((size) => ({ size, us: costUs(String(size)) / unitsOf(size) })),
    ratio: (ratioTo(String(last), String(first)) * unitsOf(first)) / unitsOf(last),
  };
}

const filesOf = (operations: number) => {
  const { files } = compile(grown(document, operations));
  return new Map([...files].map(([name, text]) => [name, Buffer.from(text, 'latin1')]));
};
const catalogueOf = (files: ReadonlyMap<string, Buffer>) => createCatalogue((file) => files.get(file) ?? '');

/** A handler whose outside is in memory; `messages` go in as one batch, again and again. */
function handling(catalogue: Catalogue, connections: readonly string[]) {
  const outside = inMemory(catalogue, {
    now: Date.now,
    sleep: async () => {},
    manage: manageOf(
      { id: 1, summary: 'It hums, it blinks, and then it says E-502. '.repeat(40) },
      async () => {},
    ),
    ...tablesOf(connections, 6_000_000, Date.now()),
  });
  const services = createServices(settings, outside);
  const handler = queueHandler(() => services);
  return async (messages: readonly object[]) => {
    const { batchItemFailures } = await handler(eventOf(messages), context);
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages came back.`);
  };
}

const tens = Array.from({ length: 10 }, (_, place) => place + 1);
const usual = catalogueOf(filesOf(document.operations.length));
const operationCounts = [1_000, 3_000, 10_000];

/** Loading and finding the last operation: all of the file is searched. */
function loading(operations: number): Growing {
  const files = filesOf(operations);
  const last = catalogueOf(files).all().at(-1)?.operationId ?? '';
  const way = async () => {
    if (!catalogueOf(files).find(last)) throw new Error(`${last} was not found.`);
  };
  return { way, units: operations / 1_000 };
}

function executing(operations: number): Growing {
  const handle = handling(catalogueOf(filesOf(operations)), ['acme']);
  const operationId = 'GET /company/companies/{id}';
  const messages = tens.map((id) => ({ ...readOf('acme', id), operationId }));
  return { way: () => handle(messages), units: messages.length };
}

function connecting(count: number): Growing {
  const names = Array.from({ length: count }, (_, place) => `company-${place}`);
  const handle = handling(usual, names);
  let turn = 0;
  const way = () => {
    turn += 1;
    return handle(tens.map((place) => readOf(names[(turn * 10 + place) % count] ?? '', place)));
  };
  return { way, units: 10 };
}

function batching(size: number): Growing {
  const handle = handling(usual, ['acme']);
  const messages = Array.from({ length: size }, (_, place) => readOf('acme', place + 1));
  return { way: () => handle(messages), units: size };
}

logToNowhere();
const growths: Growths = {
  'a call, by operations in the catalogue': await measure(operationCounts, executing),
  'loading and finding, a thousand operations': await measure(operationCounts, loading),
  'a call, by connections': await measure([1, 10, 100, 1_000], connecting),
  'a message, by messages in a batch': await measure([1, 10, 100, 1_000], batching),
};
process.stdout.write(JSON.stringify(growths), () => process.exit(0));
