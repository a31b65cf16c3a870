import { beforeAll, describe, expect, test } from 'vitest';
import { type Trial, tryOperation } from '../../cli/mutation/trial.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { readDocument } from '../../lib/catalogue/document.ts';
import { catalogueOf, defaultCatalogue } from '../catalogue/default-catalogue.ts';
import { hasVendorDocuments, vendorDocument } from '../catalogue/vendor-documents.ts';

const seed = 20_261_124;

function tryAll(catalogue: Catalogue): readonly Trial[] {
  return catalogue.all().map((operation) => tryOperation(operation, catalogue, seed));
}

/** What preflight does not catch: appending one string to a list of strings is no mistake, whatever the string. */
const missed = (trials: readonly Trial[]) =>
  trials.flatMap(({ operation, mutants }) =>
    mutants.filter(({ caught }) => !caught).map(({ kind }) => `${operation.operationId}: ${kind}`),
  );

const falseFindings = (trials: readonly Trial[]) => trials.flatMap((trial) => trial.falseFindings);

describe('preflight over every operation', () => {
  let trials: readonly Trial[];
  beforeAll(() => {
    trials = tryAll(defaultCatalogue());
  }, 60_000);

  test('finds nothing in valid calls', () => {
    expect(trials).toHaveLength(2814);
    expect(falseFindings(trials)).toEqual([]);
  });

  test('catches mistakes of every kind', () => {
    const mutants = trials.flatMap((trial) => trial.mutants);
    const made = Map.groupBy(mutants, ({ kind }) => kind);
    expect([...made.keys()]).toHaveLength(13);
    for (const [kind, all] of made) {
      const caught = all.filter((it) => it.caught).length;
      expect(caught / all.length, `${kind}: ${caught} of ${all.length}`).toBeGreaterThanOrEqual(0.99);
    }
    expect(mutants.length).toBeGreaterThan(90_000);
    expect(missed(trials).length).toBeLessThan(10);
  });

  test('catches mistakes in every module', () => {
    const modules = Map.groupBy(trials, ({ operation }) => operation.module);
    expect(modules.size).toBe(12);
    for (const [module, all] of modules) {
      const mutants = all.flatMap((trial) => trial.mutants);
      const caught = mutants.filter((it) => it.caught).length;
      expect(caught / mutants.length, module).toBeGreaterThanOrEqual(0.99);
    }
  });
});

describe.skipIf(!hasVendorDocuments)('preflight over 2025.8 (needs ../shared/openapi)', () => {
  test('finds nothing in valid calls and catches mistakes', () => {
    const trials = tryAll(catalogueOf(readDocument(vendorDocument('manage-2025.8'))));
    expect(falseFindings(trials)).toEqual([]);
    expect(missed(trials).length).toBeLessThan(10);
  }, 60_000);
});
