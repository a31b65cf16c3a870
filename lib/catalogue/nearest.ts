import { distance } from 'fastest-levenshtein';

/** What an operation is found by, in lower case. */
interface Keys {
  readonly start: number;
  readonly operationId: string;
  readonly route: string;
}

/** The places of the operations whose ids are nearest to an unknown one, best first: a route is compared with routes. */
export function nearest(id: string, count: number, keys: readonly Keys[]): readonly number[] {
  // Longer ones are nobody's mistyped id, and comparing costs the product of both lengths.
  const wanted = id.slice(0, 200).toLowerCase();
  const isRoute = wanted.includes('/');
  const ranked = keys.map(({ start, operationId, route }) => ({
    start,
    apart: distance(wanted, isRoute ? route : operationId),
  }));
  return ranked
    .sort((one, other) => one.apart - other.apart || one.start - other.start)
    .slice(0, count)
    .map(({ start }) => start);
}
