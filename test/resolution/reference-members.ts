import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Operation, Schema } from '../../lib/catalogue/operation.ts';
import { isPatch } from '../../lib/preflight/patch.ts';
import { resolved } from '../../lib/preflight/walk.ts';
import { isReference } from '../../lib/resolution/source.ts';

/** A member of an operation's request that can be given by name. */
export interface ReferenceMember {
  readonly operation: Operation;
  readonly reference: string;
  readonly member: string;
  /** The schema of the object that it stands in. */
  readonly owner: Schema;
}

/** Every member of every write of a document whose schema is a reference with a name, however deep it stands. */
export function referenceMembers(catalogue: Catalogue): readonly ReferenceMember[] {
  return catalogue.all().flatMap((operation) => {
    const { body, success } = operation;
    if (body.kind !== 'json') return [];
    const record = isPatch(operation) ? success.schema : body.schema;
    return record ? membersOf(record, { operation, member: '', owner: {}, above: [] }, catalogue) : [];
  });
}

interface Spot extends Omit<ReferenceMember, 'reference'> {
  /** The components on the way: two of the document's lead back to themselves. */
  readonly above: readonly string[];
}

function membersOf(schema: Schema, spot: Spot, catalogue: Catalogue): readonly ReferenceMember[] {
  const { $ref } = schema;
  const { operation, member, owner } = spot;
  const declared = resolved(schema, { schemaOf: catalogue.schema });
  if (member !== '' && isReference($ref, declared)) return [{ operation, reference: $ref, member, owner }];
  if ($ref !== undefined && spot.above.includes($ref)) return [];
  const above = $ref === undefined ? spot.above : [...spot.above, $ref];
  const items = declared.items ? membersOf(declared.items, { ...spot, above }, catalogue) : [];
  const inner = Object.entries(declared.properties ?? {}).flatMap(([name, property]) =>
    membersOf(property, { operation, member: name, owner: declared, above }, catalogue),
  );
  return [...items, ...inner];
}
