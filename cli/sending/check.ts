import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { unknownOperation } from '../../lib/catalogue/nearest.ts';
import { preflight } from '../../lib/preflight/preflight.ts';
import type { Message } from './messages.ts';

/** What is wrong with a message by the catalogue on this machine, a sentence each; nothing is sent. */
export function findingsOf({ row, invocation }: Message, catalogue: Catalogue): readonly string[] {
  const operation = catalogue.find(invocation.operationId);
  if (!operation) return [`line ${row.line}: ${unknownOperation(invocation.operationId, catalogue).message}`];
  // Names are looked up by the connector alone, so what they stand for cannot be checked here.
  const asked = invocation.resolve === true ? { inputs: invocation.inputs } : invocation;
  return preflight(operation, asked, catalogue.schema)
    .filter(({ severity }) => severity === 'error')
    .map(({ message, mend }) => `line ${row.line}: ${message} ${mend}`);
}
