import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Method, Operation } from '../lib/catalogue/operation.ts';

/** A path of the API and the operation that answers it; parameters by position, as the templates name them apart. */
export interface Match {
  readonly operation: Operation;
  /** One value a parameter, in the order of the template, decoded. */
  readonly values: readonly string[];
}

/** What a method and path lead to: an operation, or why there is none. */
export type Routing = Match | 'no-such-path' | 'no-such-method';

interface Node {
  readonly literals: Map<string, Node>;
  /** Segments such as `types{id}`: the text before the parameter, then the rest. */
  readonly glued: { readonly prefix: string; readonly node: Node }[];
  parameter?: Node;
  readonly operations: Map<Method, Operation>;
}

/** The document's longest has 9 segments; more are refused before the search goes deep. */
const longestPath = 32;

const createNode = (): Node => ({ literals: new Map(), glued: [], operations: new Map() });

/** The segments of a path: empty ones are dropped, as the server does not care for slashes (§11.8). */
export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** A segment as it was meant; one with a broken escape stays as it is. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Whether a segment of a template holds a parameter. */
export const isParameter = (segment: string): boolean => segment.includes('{');

function child(node: Node, segment: string): Node {
  if (!isParameter(segment)) {
    const literal = segment.toLowerCase();
    const known = node.literals.get(literal) ?? createNode();
    node.literals.set(literal, known);
    return known;
  }
  const prefix = segment.slice(0, segment.indexOf('{')).toLowerCase();
  if (prefix === '') {
    node.parameter ??= createNode();
    return node.parameter;
  }
  const known = node.glued.find((glue) => glue.prefix === prefix)?.node ?? createNode();
  if (!node.glued.some((glue) => glue.prefix === prefix)) node.glued.push({ prefix, node: known });
  return known;
}

/** `types{id}` lacks a slash in the document (§11.7): the route with the slash leads to the same operation. */
function spellings(path: string): string[] {
  const mended = path.replaceAll(/([^/{}]+)\{/g, '$1/{');
  return mended === path ? [path] : [path, mended];
}

/** Tries literals before parameters, and goes back where a branch ends: `/x/count` before `/x/{id}`. */
function* branches(
  node: Node,
  segments: readonly string[],
  values: readonly string[],
): Generator<[Node, readonly string[]]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    if (node.operations.size > 0) yield [node, values];
    return;
  }
  const lower = segment.toLowerCase();
  const literal = node.literals.get(lower);
  if (literal !== undefined) yield* branches(literal, rest, values);
  for (const { prefix, node: next } of node.glued) {
    if (lower.startsWith(prefix) && lower.length > prefix.length)
      yield* branches(next, rest, [...values, segment.slice(prefix.length)]);
  }
  if (node.parameter !== undefined) yield* branches(node.parameter, rest, [...values, segment]);
}

/** Integers take nothing else: a word in their place is a path that does not exist (§6.2). */
function accepts(operation: Operation, values: readonly string[]): boolean {
  return operation.inputs
    .filter((input) => input.in === 'path')
    .every((input, index) => {
      const value = values[index];
      return value === undefined || input.type !== 'integer' || /^-?\d{1,10}$/.test(value);
    });
}

/** Finds operations by method and path, whatever the case and slashes (§11.8, §11.9). */
export function createRoutes(catalogue: Catalogue): (method: string, path: string) => Routing {
  const root = createNode();
  for (const operation of catalogue.all())
    for (const path of spellings(operation.path))
      segmentsOf(path).reduce(child, root).operations.set(operation.method, operation);
  return (method, path) => {
    const segments = segmentsOf(path);
    let routing: Routing = 'no-such-path';
    if (segments.length > longestPath) return routing;
    for (const [node, values] of branches(root, segments, [])) {
      for (const operation of node.operations.values()) {
        if (!accepts(operation, values)) continue;
        if (operation.method === method) return { operation, values: values.map(decoded) };
        routing = 'no-such-method';
      }
    }
    return routing;
  };
}
