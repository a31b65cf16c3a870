/** The part of a route's key that is `/operations/{operationId}`, `{proxy+}` at its end taking the rest of the path. */
export interface Route<T> {
  /** Such as `GET /operations/{operationId}`, `ANY /{proxy+}` or `$default`. */
  readonly key: string;
  readonly target: T;
}

export interface RouteMatch<T> {
  readonly key: string;
  readonly target: T;
  /** Decoded, by name. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request as an HTTP API does: the most literal path wins, a method wins over ANY, and `$default` takes
 * what is left.
 * @param path with its percent-encoding.
 */
export function findRoute<T>(
  routes: readonly Route<T>[],
  method: string,
  path: string,
): RouteMatch<T> | undefined {
  const segments = path.split('/').slice(1);
  const matches = routes.flatMap((route) => {
    const [wanted = '', template] = route.key.split(' ');
    if (template === undefined) return [{ ...route, pathParameters: {}, rank: '9' }];
    if (wanted !== method && wanted !== 'ANY') return [];
    const parts = template.split('/').slice(1);
    const pathParameters = match(parts, segments);
    return pathParameters ? [{ ...route, pathParameters, rank: rankOf(parts, wanted) }] : [];
  });
  const [best] = matches.toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  return best && { key: best.key, target: best.target, pathParameters: best.pathParameters };
}

function match(parts: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index];
    const { name, greedy } = parameterOf(part);
    if (segment === undefined || (name === undefined && segment !== part)) return undefined;
    if (greedy && name !== undefined)
      return { ...parameters, [name]: segments.slice(index).map(decode).join('/') };
    if (name !== undefined) parameters[name] = decode(segment);
  }
  return parts.length === segments.length ? parameters : undefined;
}

function parameterOf(part: string): { readonly name: string | undefined; readonly greedy: boolean } {
  const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
  return { name, greedy: plus === '+' };
}

/** Sorts literal segments before parameters, and both before a greedy one; then methods before ANY. */
function rankOf(parts: readonly string[], method: string): string {
  const digits = parts.map((part) => {
    const { name, greedy } = parameterOf(part);
    if (name === undefined) return '0';
    return greedy ? '2' : '1';
  });
  return `${digits.join('')}${method === 'ANY' ? 'b' : 'a'}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
