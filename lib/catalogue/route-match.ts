import type { Operation } from './operation.ts';

type Routed = Pick<Operation, 'method' | 'path'>;

/**
 * The operations that a method and a path with values, or a whole URL, leads to: `PATCH /service/tickets/42`. Literal
 * segments win over parameters, as the server routes. Empty where the text is no path.
 */
export function matchRoute<T extends Routed>(text: string, operations: readonly T[]): readonly T[] {
  const found = /^(?:([a-z]+)\s+)?(?:https?:\/\/\S*?\/apis\/3\.0)?(\/[^\s?]+)(?:\?\S*)?$/i.exec(text);
  if (!found?.[2]) return [];
  const method = found[1]?.toUpperCase();
  const given = segments(found[2]);
  return operations
    .filter((operation) => (method === undefined || operation.method === method) && fits(operation, given))
    .sort((one, other) => parameters(one) - parameters(other));
}

const segments = (path: string) => path.toLowerCase().split('/').filter(Boolean);
const parameters = ({ path }: Routed) => path.split('{').length;

function fits({ path }: Routed, given: readonly string[]): boolean {
  const template = segments(path);
  const isAlike = (part: string, place: number) => part.startsWith('{') || part === given[place];
  return template.length === given.length && template.every(isAlike);
}
