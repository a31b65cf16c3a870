/** A run of segments up to a parameter: `contacts`, `types`, `{id}`. */
interface Group {
  readonly segments: readonly string[];
  readonly parameter?: string;
}

/** The segments of a path after its module; a parameter that is stuck to a segment is one of its own. */
export const partsOf = (path: string): readonly string[] =>
  path
    .replaceAll(/(?<=[^/])\{/g, '/{')
    .split('/')
    .filter(Boolean)
    .slice(1);

/** The records that a path leads to, outermost first: the tickets, then the notes of one. */
export function groupsOf(module: string, parts: readonly string[]): readonly Group[] {
  const groups: Group[] = [];
  let segments: string[] = [];
  for (const part of parts) {
    const parameter = /^\{(\w+)\}$/.exec(part)?.[1];
    if (parameter === undefined) segments.push(part);
    else {
      groups.push({ segments: segments.length > 0 ? segments : [module], parameter });
      segments = [];
    }
  }
  return segments.length > 0 ? [...groups, { segments }] : groups;
}
