/** As far as tests use it: they also run, and are checked, where it is not installed. */
declare module '@duckdb/node-api' {
  interface Reader {
    getRowObjectsJson(): Record<string, unknown>[];
  }

  interface Connection {
    runAndReadAll(sql: string): Promise<Reader>;
    closeSync(): void;
  }

  export class DuckDBInstance {
    static create(path: string): Promise<DuckDBInstance>;
    connect(): Promise<Connection>;
    closeSync(): void;
  }
}
