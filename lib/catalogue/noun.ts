import { acronyms, vocabulary } from './vocabulary.ts';

export interface Noun {
  readonly singular: string;
  readonly plural: string;
}

/**
 * What a run of path segments is called: all but the last one tell which kind it is of, so that `contacts`, `types`
 * is a contact type.
 */
export function nounOf(module: string, segments: readonly string[]): Noun {
  const keys = segments.map((segment) => segment.toLowerCase());
  const known = vocabulary.get([module, ...keys].join('/')) ?? vocabulary.get(keys.join('/'));
  if (known !== undefined) {
    const [singular = known, plural = pluralOf(singular)] = known.split('|');
    return { singular, plural };
  }
  const last = segments.at(-1) ?? '';
  if (segments.length > 1) {
    const kind = nounOf(module, segments.slice(0, -1)).singular;
    const inner = nounOf('', [last]);
    return { singular: `${kind} ${inner.singular}`, plural: `${kind} ${inner.plural}` };
  }
  const words = splitWords(last);
  const singular = [...words.slice(0, -1), singularOf(words.at(-1) ?? '')]
    .map((word) => acronyms.get(word) ?? word)
    .join(' ');
  return { singular, plural: pluralOf(singular) };
}

/** `knowledgeBaseArticles` in lower-case words; `RMADispositions` too. */
export function splitWords(text: string): readonly string[] {
  return text.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).map((word) => word.toLowerCase());
}

export function singularOf(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(?:status|ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^siu]s$/.test(word) ? word.slice(0, -1) : word;
}

function pluralOf(words: string): string {
  if (/[^aeiou]y$/.test(words)) return words.replace(/y$/, 'ies');
  return /(?:s|x|ch|sh)$/.test(words) ? `${words}es` : `${words}s`;
}

/** With `a` or `an`, by how it is said: an SLA, a KPI, a user-defined field, an unposted invoice. What is mine has none. */
export function withArticle(noun: string): string {
  if (noun.startsWith('my ')) return noun;
  const spelled = /^[A-Z]{2,}\b/.test(noun);
  const vowel = spelled ? /^[AEFHILMNORSX]/ : /^(?:[aeio]|u(?!ni|se))/i;
  return `${vowel.test(noun) ? 'an' : 'a'} ${noun}`;
}
