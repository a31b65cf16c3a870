import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Operation } from '../catalogue/operation.ts';
import { scalarText } from '../preflight/input-value.ts';
import type { Inquiry, LookUp, Row } from './look-up.ts';
import type { Sources } from './source.ts';

/** What resolving one message needs at every step. */
export interface Session {
  readonly operation: Operation;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly catalogue: Catalogue;
  readonly sources: Sources;
  readonly inquiry: Inquiry;
}

/** An input of the operation's path; undefined where it is none that can stand in another path. */
export const inputOf = ({ inputs }: Session, name: string): string | undefined => scalarText(inputs[name]);

/** The path inputs of another operation, by what the message gives under the same names. */
export function pathInputs(operation: Operation, session: Session): Readonly<Record<string, string>> {
  const names = operation.inputs.filter((input) => input.in === 'path').map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, inputOf(session, name) ?? '']));
}

/** The record that the operation changes, as it is now; undefined where the operation changes none that can be read. */
export async function currentRecord(
  path: string,
  fields: string,
  session: Session,
): Promise<Row | undefined> {
  const { operation, catalogue, inquiry } = session;
  const read = catalogue.find(`GET ${operation.path}`);
  if (read?.success.kind !== 'record' || !/\{[^{}]+\}\/?$/.test(operation.path)) return undefined;
  const lookUp: LookUp = { path, operation: read, inputs: { ...pathInputs(read, session), fields } };
  // It changes with every write: it is read again for each message.
  const [row] = await inquiry.rows(lookUp, () => false);
  return row;
}
