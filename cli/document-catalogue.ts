import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { compile } from '../lib/catalogue/compilation.ts';
import { readDocument } from '../lib/catalogue/document.ts';
import { createCatalogue } from '../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';

/**
 * A document's catalogue in memory, as `npm run catalogue` would write it: the published 2022.1 lends its names to every
 * other document.
 * @param source an OpenAPI document as a JSON file, or `built-in` for the published 2022.1.
 */
export function catalogueOf(source: string): Catalogue {
  const published = readPublishedTypes();
  const { files } = source === 'built-in' ? compile(published) : compile(readDocument(source), published);
  return createCatalogue((file) => files.get(file) ?? '');
}
