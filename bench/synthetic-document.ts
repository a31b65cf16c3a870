import type { Document } from '../lib/catalogue/document.ts';

/**
 * A document of as many operations as are asked for, made of those of another: past its end they begin again under another path.
 * @param schemaCopies how often every schema is there, under names of its own: what makes a document large and is asked for by nobody.
 */
export function grown(document: Document, operations: number, schemaCopies = 1): Document {
  const { length } = document.operations;
  const all = Array.from({ length: operations }, (_, place) => {
    const lap = Math.floor(place / length);
    const operation = document.operations[place % length];
    if (!operation) throw new Error('The document has no operation to grow by.');
    if (lap === 0) return operation;
    const { path, operationId } = operation;
    return { ...operation, path: `/again${lap}${path}`, operationId: `${operationId}Again${lap}` };
  });
  const copies = [...document.schemas].flatMap(([name, schema]) =>
    Array.from(
      { length: schemaCopies },
      (_, copy) => [copy === 0 ? name : `${name}Copy${copy}`, schema] as const,
    ),
  );
  return { ...document, operations: all, schemas: new Map(copies) };
}
