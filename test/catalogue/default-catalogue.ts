import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { compile } from '../../lib/catalogue/compilation.ts';
import type { Document } from '../../lib/catalogue/document.ts';
import { createCatalogue } from '../../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';

/** A catalogue of a document, compiled in memory. */
export function catalogueOf(document: Document, earlier?: Document): Catalogue {
  const { files } = compile(document, earlier);
  return createCatalogue((file) => files.get(file) ?? '');
}

/** The catalogue of a fresh clone: 2022.1. Takes about a second, so a test file asks for it once. */
export const defaultCatalogue = (): Catalogue => catalogueOf(readPublishedTypes());
