/** One or two dots, plain or percent-encoded: every URL parser takes such a segment away, and the one before it. */
const dotSegment = /^(?:\.|%2e){1,2}$/i;

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
    if (!isOneSegment(value)) offender ??= name;
    return encodeURIComponent(value);
  });
  return offender === undefined ? { path } : { offender };
}

function isOneSegment(value: string): boolean {
  if (!value.isWellFormed()) return false;
  const decoded = decodeFully(value);
  return (
    decoded.trim() !== '' &&
    !dotSegment.test(decoded.trim()) &&
    !/[/\\]/.test(decoded) &&
    !hasControl(decoded)
  );
}

/** What a server that decodes more than once would see. Three rounds are more than any known one makes. */
function decodeFully(value: string): string {
  let text = value;
  for (let round = 0; round < 3 && text.includes('%'); round++) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return text;
    }
  }
  return text;
}

const hasControl = (text: string) => [...text].some((character) => character < ' ' || character === '\x7f');
