/** One or two dots, encoded or not: every URL parser takes such a segment away, and the one before it. */
const dotSegment = /^\.{1,2}$/;

/**
 * Fills a path template, each value kept inside its own segment.
 * Encoding alone is not enough: URL parsers drop `..` segments, and IIS decodes `%2F` before it routes, so an id could
 * climb out of its path and reach another operation. Such values are refused.
 * @returns the path, or the name of the input whose value cannot be in a path.
 */
export function fillPath(
  template: string,
  values: ReadonlyMap<string, string>,
): { readonly path: string } | { readonly offender: string } {
  let offender: string | undefined;
  const path = template.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = values.get(name) ?? '';
    if (isOneSegment(value)) return encodeURIComponent(value);
    offender ??= name;
    return '';
  });
  return offender === undefined ? { path } : { offender };
}

/** What most ids and identifiers are made of: nothing in it is encoded, cuts a segment, or could be decoded to what does. */
const plainSegment = /^[\w-]+$/;

/** Whether a value stays inside its segment, whatever a parser or a server decodes of it. */
export function isOneSegment(value: string): boolean {
  if (plainSegment.test(value)) return true;
  if (!value.isWellFormed()) return false;
  const decoded = decodeFully(value);
  return (
    decoded.trim() !== '' &&
    !dotSegment.test(decoded.trim()) &&
    !/[/\\]/.test(decoded) &&
    !hasControl(decoded)
  );
}

/**
 * What a server that decodes more than once would see. Three rounds are more than any known one makes. Decoded byte by
 * byte, as lenient servers do: a stray `%` behind it must not hide a `%2f`.
 */
function decodeFully(value: string): string {
  let text = value;
  for (let round = 0; round < 3 && text.includes('%'); round++) {
    text = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return text;
}

const hasControl = (text: string) => [...text].some((character) => character < ' ' || character === '\x7f');
