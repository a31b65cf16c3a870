import type { QueryRules } from './rules.ts';

/** One place of a pattern: any run of characters, or one character that is accepted. */
type Place = 'run' | ((character: string) => boolean);

/** A set such as `[a-f]` or `[^xy]`, already without its brackets. */
function setPlace(content: string): Place {
  const negated = content.startsWith('^');
  const ranges = [...content.slice(negated ? 1 : 0).matchAll(/(.)-(.)|(.)/gs)].map(
    ([, from, to, one = '']) => [from ?? one, to ?? one] as const,
  );
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== negated;
}

/** `[[]` is the documented way to write a bracket (§3.5); what else brackets and `_` do is open (§13.3). */
const piece = /(?<run>[%*])|\[(?<bracket>\[)\]|\[(?<set>[^\]]+)\]|(?<one>_)|(?<literal>.)/gs;

function placesOf(pattern: string, wildcards: QueryRules['likeWildcards']): Place[] {
  const isSql = wildcards === 'sql';
  return [...pattern.matchAll(piece)].flatMap(({ 0: text, groups = {} }): Place[] => {
    if (groups['run'] !== undefined) return ['run'];
    if (groups['bracket'] !== undefined) return [(character) => character === '['];
    if (isSql && groups['set'] !== undefined) return [setPlace(groups['set'])];
    if (isSql && groups['one'] !== undefined) return [() => true];
    return [...text].map(
      (wanted): Place =>
        (character) =>
          character === wanted,
    );
  });
}

/** Goes back to the last run alone, so that no pattern takes longer than text times pattern. */
function fits(text: readonly string[], places: readonly Place[]): boolean {
  let [at, place, run, resume] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = places[place];
    const character = text[at] ?? '';
    if (wanted === 'run') [run, resume, place] = [place, at, place + 1];
    else if (wanted?.(character)) [at, place] = [at + 1, place + 1];
    else if (run >= 0) [resume, at, place] = [resume + 1, resume + 1, run + 1];
    else return false;
  }
  return places.slice(place).every((rest) => rest === 'run');
}

/** Whether a text has these pieces in their order, with anything between them. */
function inOrder(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let place = first.length;
  for (const one of others) {
    const found = text.indexOf(one, place);
    if (found < 0) return false;
    place = found + one.length;
  }
  return place <= text.length - last.length;
}

/**
 * What like and contains ask of a text in lower case: `%` and `*` stand for any run of characters, and contains is like
 * with both ends open (§3.2.6). Patterns of runs alone, nearly all there are, are searched piece by piece.
 */
export function likePattern(
  pattern: string,
  word: 'like' | 'contains',
  wildcards: QueryRules['likeWildcards'],
): (text: string) => boolean {
  const open = (word === 'contains' ? `%${pattern}%` : pattern).toLowerCase();
  if (!/[[_]/.test(open)) {
    const pieces = open.split(/[%*]/);
    return (text) => inOrder(text, pieces);
  }
  const places = placesOf(open, wildcards);
  return (text) => fits([...text], places);
}
