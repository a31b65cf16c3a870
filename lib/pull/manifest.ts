import type { Invocation } from '../invocation.ts';
import type { Certificate } from './certificate.ts';
import type { Exported } from './export.ts';
import { type Part, partKey } from './part.ts';

/** What was asked for, as the manifest repeats it. */
export type Asked = Pick<Invocation, 'connection' | 'inputs' | 'request'>;

/** What an export consists of. It is written last, so what it lists is there. */
interface Manifest {
  readonly version: 1;
  readonly id: string;
  readonly connection: string;
  readonly operationId: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Of a search: what it was asked by. */
  readonly request?: unknown;
  readonly format: 'ndjson';
  readonly compression: 'gzip';
  readonly rows: number;
  readonly bytes: number;
  /** In the order of their pages. */
  readonly parts: readonly ListedPart[];
  readonly certificate: Certificate;
}

interface ListedPart extends Omit<Part, 'number'> {
  readonly key: string;
}

/** @param noted in the order in which they were noted: of a page that left twice, the last one counts. */
export function manifestOf(
  { head, operation, invocation }: Exported,
  prefix: string,
  noted: readonly Part[],
  certificate: Certificate,
): Manifest {
  const byNumber = new Map(noted.map((part) => [part.number, part]));
  const parts = [...byNumber.values()].sort((one, other) => one.number - other.number);
  const sum = (of: 'rows' | 'bytes') => parts.reduce((all, part) => all + part[of], 0);
  return {
    version: 1,
    id: head.id,
    connection: invocation.connection,
    operationId: operation.operationId,
    inputs: invocation.inputs ?? {},
    ...(invocation.request != null && { request: invocation.request }),
    format: 'ndjson',
    compression: 'gzip',
    rows: sum('rows'),
    bytes: sum('bytes'),
    parts: parts.map(({ number, ...known }) => ({ key: partKey(prefix, number), ...known })),
    certificate,
  };
}
