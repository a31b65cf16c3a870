import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { searchOperations } from '../lib/catalogue/search.ts';
import { searchQuestions } from './search-questions.ts';
import { tableLines } from './text-table.ts';

/** Where each question ranks the operation that it means, a line each, and how many are within the first three. */
export function ranksText(catalogue: Catalogue): string {
  const ranked = searchQuestions.map(([question, wanted]) => ({
    question,
    wanted,
    rank: rankOf(question, wanted, catalogue),
  }));
  const right = ranked.filter(({ rank }) => rank > 0 && rank <= 3).length;
  return [
    ...tableLines([
      ['rank', 'question', 'wanted'],
      ...ranked.map(({ question, wanted, rank }) => [rank > 0 ? String(rank) : '-', question, wanted]),
    ]),
    `${right} of ${ranked.length} within the first three (${catalogue.version})`,
  ].join('\n');
}

/** From 1; 0 where it is not found at all. */
function rankOf(search: string, wanted: string, catalogue: Catalogue): number {
  const { operations } = searchOperations(catalogue, { search, limit: catalogue.size, offset: 0 });
  return operations.indexOf(catalogue.find(wanted) ?? missing(wanted)) + 1;
}

function missing(wanted: string): never {
  throw new Error(`The catalogue has no ${wanted}, which a question wants.`);
}
