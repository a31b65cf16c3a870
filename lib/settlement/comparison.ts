/** How much of what was sent a record shows. */
interface Comparison {
  readonly same: number;
  readonly different: number;
  /** Members that the record does not show: some are never returned (openapi-document.md, connectwise-api.md §11.13). */
  readonly unseen: number;
}

const nothing: Comparison = { same: 0, different: 0, unseen: 0 };
const same: Comparison = { ...nothing, same: 1 };
const different: Comparison = { ...nothing, different: 1 };
const unseen: Comparison = { ...nothing, unseen: 1 };

/** A body of any depth may be sent; below this everything counts as unseen. */
const maxDepth = 20;

/**
 * Compares what was sent with what a record holds, as ConnectWise returns it: references expanded, null members left out,
 * times in whole seconds (connectwise-api.md §7.1, §9.1).
 */
export function compare(sent: unknown, held: unknown, depth = 0): Comparison {
  if (depth > maxDepth) return unseen;
  if (sent === null || sent === undefined || sent === '') return held ? different : same;
  if (held === null || held === undefined) return unseen;
  if (Array.isArray(sent)) return Array.isArray(held) ? compareLists(sent, held, depth) : different;
  if (typeof sent === 'object')
    return typeof held === 'object' ? compareMembers(sent, held, depth) : different;
  return isSameScalar(sent, held) ? same : different;
}

const sum = (parts: readonly Comparison[]): Comparison =>
  parts.reduce(
    (total, part) => ({
      same: total.same + part.same,
      different: total.different + part.different,
      unseen: total.unseen + part.unseen,
    }),
    nothing,
  );

/** `_info` is the server's own; an id may be given as 0 where there is none yet. */
const serverOwned: readonly string[] = ['_info'];

function compareMembers(sent: object, held: object, depth: number): Comparison {
  const members = Object.entries(sent).filter(([name]) => !serverOwned.includes(name));
  return sum(members.map(([name, value]) => compare(value, memberOf(held, name), depth + 1)));
}

/** Members are bound in any case (connectwise-api.md §7.3 tells only paths of patches apart). */
function memberOf(held: object, name: string): unknown {
  if (Object.hasOwn(held, name)) return Reflect.get(held, name);
  const found = Object.keys(held).find((known) => known.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : Reflect.get(held, found);
}

/** Entries that have an id are merged by it (customFields, §7.3); others stand in their order. */
function compareLists(sent: readonly unknown[], held: readonly unknown[], depth: number): Comparison {
  const ids = sent.map(idOf);
  if (sent.length > 0 && ids.every((id) => id !== undefined)) {
    const pairs = sent.map((item, place) => [item, held.find((one) => idOf(one) === ids[place])] as const);
    return sum(pairs.map(([item, one]) => compare(item, one, depth + 1)));
  }
  if (sent.length !== held.length) return different;
  return sum(sent.map((item, place) => compare(item, held[place], depth + 1)));
}

function idOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null ? Reflect.get(item, 'id') : undefined;
}

function isSameScalar(sent: unknown, held: unknown): boolean {
  if (typeof sent === 'number' || typeof held === 'number') return Number(sent) === Number(held);
  const [one, other] = [String(sent).trim(), String(held).trim()];
  return one === other || (isTime(one) && isTime(other) && secondsOf(one) === secondsOf(other));
}

const isTime = (text: string) => /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?$/.test(text);
const secondsOf = (text: string) => Math.floor(Date.parse(text) / 1_000);
