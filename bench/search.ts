import { searchQuestions } from '../cli/search-questions.ts';
import { compile } from '../lib/catalogue/compilation.ts';
import { createCatalogue } from '../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';
import { searchOperations } from '../lib/catalogue/search.ts';
import { median, quantile } from './median.ts';

/** What a search costs a person who types the sixty questions of search-questions.ts: every key searches anew. */
export function benchSearch(): void {
  const { files } = compile(readPublishedTypes());
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
  console.log(`a search of the catalogue, over ${typed.length} keystrokes, median of 3 each`);
  const lines = [
    ['the first, which indexes', firstMs],
    ['median', median(times)],
    ['99 of 100 within', quantile(times, 0.99)],
    [`slowest: ${keys[0]?.text ?? ''}`, times[0] ?? 0],
    ['200 characters, the longest', longMs],
  ] as const;
  for (const [name, ms] of lines) console.log(`  ${name.padEnd(32)} ${ms.toFixed(1).padStart(6)} ms`);
}
