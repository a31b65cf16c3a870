import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { unknownOperation } from '../lib/catalogue/nearest.ts';
import type { Method } from '../lib/catalogue/operation.ts';
import { sample } from '../lib/catalogue/sample.ts';
import { searchOperations } from '../lib/catalogue/search.ts';
import { foundText, sampleText } from './operation-text.ts';

interface Search {
  readonly search: string;
  readonly module?: string | undefined;
  readonly method?: Method | undefined;
  readonly limit: number;
  readonly asJson: boolean;
}

/** What a search of the catalogue prints. */
export function search(catalogue: Catalogue, { asJson, ...wanted }: Search): string {
  const found = searchOperations(catalogue, { ...wanted, offset: 0 });
  if (!asJson) return foundText(found);
  const operations = found.operations.map(({ id, operationId, method, path, module, description }) => {
    return { id, operationId, method, path, module, description };
  });
  return JSON.stringify({ version: catalogue.version, total: found.total, operations }, null, 2);
}

/** What is printed of one operation. @throws Error with a sentence where the id names none. */
export function show(catalogue: Catalogue, id: string, asJson: boolean): string {
  const operation = catalogue.find(id);
  if (!operation) throw new Error(unknownOperation(id, catalogue).message);
  const shown = sample(operation, catalogue);
  return asJson ? JSON.stringify(shown, null, 2) : sampleText(shown);
}
