import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type Call, fullCall } from '../cli/mutation/full-call.ts';
import { createRandom } from '../cli/mutation/random.ts';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { compile } from '../lib/catalogue/compilation.ts';
import { createCatalogue } from '../lib/catalogue/loading.ts';
import { mend } from '../lib/catalogue/mending.ts';
import type { Operation } from '../lib/catalogue/operation.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';
import { preflight } from '../lib/preflight/preflight.ts';
import { bundled, measureInTurn } from './fresh-process.ts';
import { median, quantile } from './median.ts';
import type { Comparison, Report } from './report.ts';

/** With all its members, a hundred and more, it is a large body. */
const large = 'postServiceTickets';
const seed = 1;

/**
 * What preflight costs: the first one of a process beside the naive way, which is ajv over the document's components, and
 * those that come after, over every operation. ajv checks less: it knows no patch, no input and no warning.
 */
export function benchPreflight(): Report {
  const document = readPublishedTypes();
  const { files } = compile(document);
  const catalogue = createCatalogue((file) => files.get(file) ?? '');
  const components = naiveComponents(mend(document).schemas);
  const first = benchFirst(files, components, catalogue);
  const firstMs = first.time.rows[0]?.value ?? Number.POSITIVE_INFINITY;
  return {
    name: 'preflight',
    title: 'checking a call before it is sent, beside ajv, which knows no patch, no input and no warning',
    comparisons: [first.time, first.memory, benchWarm(catalogue), benchLarge(catalogue, components)],
    goals: [{ what: 'the first of a body, with loading', unit: 'ms', value: firstMs, bound: { atMost: 15 } }],
  };
}

/** The mended components, since ajv refuses valid calls by the document's own, in a form that ajv can follow a `$ref` in. */
function naiveComponents(schemas: ReadonlyMap<string, object>): object {
  const text = JSON.stringify({ components: { schemas: Object.fromEntries(schemas) } }, (key, value) =>
    key === '$ref' ? `#/components/schemas/${value}` : value,
  );
  return JSON.parse(text);
}

function callOf(operation: Operation, catalogue: Catalogue): Call {
  return fullCall(operation, catalogue, createRandom(seed));
}

function operationOf(id: string, catalogue: Catalogue): Operation {
  const operation = catalogue.find(id);
  if (!operation) throw new Error(`There is no ${id} to measure.`);
  return operation;
}

/** Code is bundled as it is deployed; what is read lies in files. The body is the same, and valid, for all. */
function benchFirst(files: ReadonlyMap<string, string>, components: object, catalogue: Catalogue) {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, 'latin1');
  try {
    for (const [name, text] of files) write(name, text);
    write('document.json', JSON.stringify(components));
    write('call.json', JSON.stringify(callOf(operationOf(large, catalogue), catalogue)));
    const ours = bundled(
      `import { loadCatalogue } from './lib/catalogue/loading.ts';
      import { preflight } from './lib/preflight/preflight.ts';
      import { readFileSync } from 'node:fs';
      const call = JSON.parse(readFileSync(${JSON.stringify(join(folder, 'call.json'))}, 'utf8'));
      const catalogue = loadCatalogue(${JSON.stringify(folder)});
      export const isValid = preflight(catalogue.find('${large}'), call, catalogue.schema).length === 0;`,
      join(folder, 'ours.mjs'),
    );
    const naive = (names: string, file: string) =>
      bundled(
        `import { Ajv } from 'ajv';
        import { readFileSync } from 'node:fs';
        const call = JSON.parse(readFileSync(${JSON.stringify(join(folder, 'call.json'))}, 'utf8'));
        const document = JSON.parse(readFileSync(${JSON.stringify(join(folder, 'document.json'))}, 'utf8'));
        const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true }).addSchema(document, 'document');
        for (const name of ${names}) ajv.getSchema('document#/components/schemas/' + name);
        export const isValid = ajv.getSchema('document#/components/schemas/Ticket')(call.request);`,
        join(folder, file),
      );
    const isValid = (url: string) => `(await import(${JSON.stringify(url)})).isValid`;
    return measureInTurn('the first preflight of a ticket', {
      'compiled catalogue': isValid(ours),
      'ajv, the body compiled': isValid(naive('[]', 'naive-one.mjs')),
      'ajv, all components compiled': isValid(
        naive('Object.keys(document.components.schemas)', 'naive-all.mjs'),
      ),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every operation, with all its inputs and members: once to load its schemas, then again. */
function benchWarm(catalogue: Catalogue): Comparison {
  const calls = catalogue.all().map((operation) => ({ operation, call: callOf(operation, catalogue) }));
  const timeMs = ({ operation, call }: (typeof calls)[number]): number => {
    const startMs = performance.now();
    const findings = preflight(operation, call, catalogue.schema);
    const ms = performance.now() - startMs;
    if (findings.length > 0) throw new Error(`${operation.operationId} is not valid.`);
    return ms;
  };
  calls.forEach(timeMs);
  const slowest = calls
    .map((one) => ({
      id: one.operation.operationId,
      ms: median(Array.from({ length: 9 }, () => timeMs(one))),
    }))
    .toSorted((one, other) => other.ms - one.ms);
  const times = slowest.map(({ ms }) => ms);
  return {
    title: "every operation's full call, warm, median of 9 each",
    unit: 'µs',
    rows: [
      { name: 'median', value: 1_000 * median(times) },
      { name: '99 of 100 within', value: 1_000 * quantile(times, 0.99) },
      { name: `slowest: ${slowest[0]?.id ?? ''}`, value: 1_000 * (times[0] ?? 0) },
    ],
  };
}

/** The same body again and again, in turn: preflight walks the schema, ajv runs code that it made of it. */
function benchLarge(catalogue: Catalogue, components: object): Comparison {
  const operation = operationOf(large, catalogue);
  const call = callOf(operation, catalogue);
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true }).addSchema(
    components,
    'document',
  );
  const validate = ajv.getSchema('document#/components/schemas/Ticket');
  if (!validate?.(call.request)) throw new Error('The ticket is not valid.');
  const ways = {
    preflight: () => preflight(operation, call, catalogue.schema).length === 0,
    ajv: () => validate(call.request) === true,
  };
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round < 2_000; round++) {
    for (const [name, isValid] of Object.entries(ways)) {
      const startMs = performance.now();
      if (!isValid()) throw new Error('The ticket is not valid.');
      times.get(name)?.push(performance.now() - startMs);
    }
  }
  const rows = [...times].map(([name, all]) => ({ name, value: 1_000 * median(all) }));
  return { title: 'the same ticket again, warm, median of 2,000', unit: 'µs', rows };
}
