/** The rows of a list of records; undefined where it is none. */
export function rowsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const rows = value.flatMap((row: unknown) => {
    return typeof row === 'object' && row !== null && !Array.isArray(row)
      ? [Object.fromEntries(Object.entries(row))]
      : [];
  });
  return rows.length === value.length ? rows : undefined;
}

/** So many rows tell which columns there are. */
const looked = 50;

/** The members that a table shows, the telling ones first: those that hold a scalar or a named record somewhere. */
export function columnsOf(rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const seen = new Map<string, number>();
  for (const row of rows.slice(0, looked)) {
    for (const [name, value] of Object.entries(row)) {
      if (!name.startsWith('_') && cellText(value) !== undefined) seen.set(name, (seen.get(name) ?? 0) + 1);
    }
  }
  const names = [...seen.keys()];
  const first = [
    'id',
    'identifier',
    'name',
    'summary',
    'firstName',
    'lastName',
    'company',
    'board',
    'status',
  ];
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return names.toSorted((one, other) => rank(one) - rank(other));
}

/** A value in one cell: a record by its name; undefined for what has no such text. */
export function cellText(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return undefined;
  if (typeof value !== 'object') return String(value);
  const name: unknown =
    Reflect.get(value, 'name') ?? Reflect.get(value, 'identifier') ?? Reflect.get(value, 'id');
  return typeof name === 'string' || typeof name === 'number' ? String(name) : undefined;
}
