import type { Input, Operation } from './operation.ts';

/** Raised whenever a file's lines change their shape, or mending changes what they hold: older files are refused (loading.ts) and made anew. */
export const format = 2;
export const operationsFile = 'operations.ndjson';
export const schemasFile = 'schemas.ndjson';

/** The first line of the operations' file. */
export interface Header {
  readonly format: number;
  readonly version: string;
  readonly operations: number;
  readonly schemas: number;
  /** How long the rest of the file is: a file that was cut off is found out. */
  readonly bytes: number;
  /** The lists of query inputs that operations share. A line names its own by place. */
  readonly queries: readonly (readonly Input[])[];
}

/** An operation as its line has it: without what its keys, its path and the header say already, and without what is empty. */
export interface Line
  extends Omit<Operation, 'id' | 'module' | 'version' | 'inputs' | 'body' | 'formerIds' | 'mends'>,
    Partial<Pick<Operation, 'body' | 'formerIds' | 'mends'>> {
  /** The path inputs. */
  readonly inputs: readonly Input[];
  /** Where the header has the query inputs; absent where there are none. */
  readonly query?: number;
}
