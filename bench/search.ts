import { searchQuestions } from '../cli/search-questions.ts';
import { createCatalogue } from '../lib/catalogue/loading.ts';
import { searchOperations } from '../lib/catalogue/search.ts';
import { defaultCatalogueFiles } from './default-catalogue.ts';
import { median, quantile } from './median.ts';
import type { Report } from './report.ts';

/** What a search costs a person who types the sixty questions of search-questions.ts: every key searches anew. */
export function benchSearch(): Report {
  const files = defaultCatalogueFiles();
  const catalogue = createCatalogue((file) => files.get(file) ?? '');
  const timeMs = (search: string): number => {
    const startMs = performance.now();
    searchOperations(catalogue, { search, limit: 10, offset: 0 });
    return performance.now() - startMs;
  };
  const firstMs = timeMs('ticket');
  const typed = searchQuestions.flatMap(([question]) =>
    Array.from(question, (_, place) => question.slice(0, place + 1)),
  );
  const keys = typed
    .map((text) => ({ text, ms: median([timeMs(text), timeMs(text), timeMs(text)]) }))
    .toSorted((one, other) => other.ms - one.ms);
  const times = keys.map(({ ms }) => ms);
  const longMs = timeMs('ticket '.repeat(28));
  const rows = [
    { name: 'the first, which indexes', value: firstMs },
    { name: 'median', value: median(times) },
    { name: '99 of 100 within', value: quantile(times, 0.99) },
    { name: `slowest: ${keys[0]?.text ?? ''}`, value: times[0] ?? 0 },
    { name: '200 characters, the longest', value: longMs },
  ];
  const title = `a search of the catalogue, over ${typed.length} keystrokes, median of 3 each`;
  return { name: 'search', title, comparisons: [{ title: 'time', unit: 'ms', rows }], goals: [] };
}
