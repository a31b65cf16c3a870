import { distance } from 'fastest-levenshtein';
import type { Catalogue } from './catalogue.ts';

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

/** What to tell a person who named an operation that is not there, and the operationIds that may have been meant. */
export function unknownOperation(
  id: string,
  catalogue: Catalogue,
): { readonly message: string; readonly nearest: readonly string[] } {
  const nearest = catalogue.nearest(id, 3);
  const message = `There is no operation '${id}' in the catalogue of version ${catalogue.version}. The nearest are ${nearest.join(', ')}.`;
  return { message, nearest };
}
