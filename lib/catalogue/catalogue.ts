import type { Operation, Schema } from './operation.ts';

/** The compiled document, as the functions load it: nothing is parsed before it is asked for. */
export interface Catalogue {
  /** The document's version, such as `2022.1`. */
  readonly version: string;
  /** How many operations there are. */
  readonly size: number;
  /**
   * The operation that an id names: its GUID, the document's operationId, `GET /company/companies`, or an id of an
   * earlier document; undefined where there is none.
   */
  find(id: string): Operation | undefined;
  /** The operationIds nearest to an unknown id, best first. */
  nearest(id: string, count: number): readonly string[];
  /** Every operation, in the order of the document. Parses them all: for search, tests and the simulator. */
  all(): readonly Operation[];
  /** A component schema by its bare name; undefined where the document has none of that name. */
  schema(name: string): Schema | undefined;
}
