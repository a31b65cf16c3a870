/** One part of `orderBy`: a name as it is written, and the direction (connectwise-api.md §3.7). */
interface OrderKey {
  readonly name: string;
  readonly isDescending: boolean;
}

/** The parts of `priority/sort asc, dateEntered desc`; undefined where one of them is no name with a direction. */
export function readOrder(text: string): readonly OrderKey[] | undefined {
  const parts = text.split(',').flatMap((part) => part.trim() || []);
  const keys = parts.flatMap((part) => {
    const { name, direction = '' } = /^(?<name>\S+)(?:\s+(?<direction>asc|desc))?$/i.exec(part)?.groups ?? {};
    return name === undefined ? [] : [{ name, isDescending: direction.toLowerCase() === 'desc' }];
  });
  return keys.length === parts.length ? keys : undefined;
}
