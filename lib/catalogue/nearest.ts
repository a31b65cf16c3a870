import { distance } from 'fastest-levenshtein';
import type { Catalogue } from './catalogue.ts';

/** What an operation is found by, in lower case. */
interface Keys {
  readonly start: number;
  readonly operationId: string;
  readonly route: string;
}

/**
 * The places of the operations whose ids are nearest to an unknown one, best first: a route is compared with routes. An id is
 * also compared with those that lack their module, which is what people leave out: `getTickets` for `getServiceTickets`.
 */
export function nearest(id: string, count: number, keys: readonly Keys[]): readonly number[] {
  // Longer ones are nobody's mistyped id, and comparing costs the product of both lengths.
  const wanted = id.slice(0, 200).toLowerCase();
  const isRoute = wanted.includes('/');
  const apartOf = ({ operationId, route }: Keys): number => {
    if (isRoute) return distance(wanted, route);
    const short = withoutModule(operationId, route);
    const whole = distance(wanted, operationId);
    return short === undefined ? whole : Math.min(whole, distance(wanted, short) + 0.5);
  };
  const ranked = keys.map((it) => ({ start: it.start, apart: apartOf(it) }));
  return ranked
    .sort((one, other) => one.apart - other.apart || one.start - other.start)
    .slice(0, count)
    .map(({ start }) => start);
}

/** `getservicetickets` of `get /service/tickets` without `service`; undefined where the id is not made that way. */
function withoutModule(operationId: string, route: string): string | undefined {
  const [, method = '', module = ''] = /^(\w+) \/(\w+)/.exec(route) ?? [];
  return operationId.startsWith(`${method}${module}`) ? operationId.replace(module, '') : undefined;
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
