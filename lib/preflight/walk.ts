import type { Schema } from '../catalogue/operation.ts';
import type { Report } from './finding.ts';

/** What a check of a request needs at every depth. */
export interface Walk {
  /** A component by its bare name; undefined where the document has none: then anything goes. */
  readonly schemaOf: (name: string) => Schema | undefined;
  readonly report: Report;
  /** The operation's inputs by name: at the top of a request they are in the wrong place. */
  readonly inputNames: readonly string[];
  /** The value is a field of a form, where everything travels as text: "42" is a number there as much as 42. */
  readonly isForm?: boolean;
}

/** A reference leads to a component; {} (anything goes) where it leads nowhere. */
export function resolved(schema: Schema, { schemaOf }: Pick<Walk, 'schemaOf'>): Schema {
  return schema.$ref === undefined ? schema : (schemaOf(schema.$ref) ?? {});
}
