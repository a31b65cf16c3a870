import { nounOf } from './noun.ts';
import type { Schema } from './operation.ts';

/** A text by the end of its member's name, in lower case: the first that fits. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/email(?:address)?$|^replyto$/, 'ada@example.com'],
  [/url$|uri$|website$|hyperlink$/, 'https://example.com'],
  [/phone(?:number)?$|fax(?:number)?$/, '8135550100'],
  [/firstname$/, 'Ada'],
  [/lastname$/, 'Example'],
  [/^childconditions$|^conditions$/, 'id > 0'],
  [/^customfieldconditions$/, 'caption = "Region"'],
  [/orderby$/, 'id asc'],
  [/^fields$/, 'id'],
  [/color$/, '#3366CC'],
  [/endtime$|^timeend$/, '17:00:00'],
  [/starttime$|^timestart$/, '09:00:00'],
  [/date(?:utc)?$|^date|expiration$/, '2026-01-31T09:00:00Z'],
  [/^city$/, 'Tampa'],
  [/^state(?:identifier)?$/, 'FL'],
  [/zip(?:code)?$|postalcode$/, '33602'],
  [/addressline1$|^address1?$|^line1$/, '1 Example Street'],
  [/currencycode$/, 'USD'],
  [/recordtype$|^objecttype$/, 'Ticket'],
  [/identifier$|code$|^key$|username$|login$/, 'Example'],
  [/notes?$|text$|description$|message$|comments?$|body$/, 'An example.'],
];

/** Texts that are one of a few words, though the document does not list them (connectwise-api.md §9.4). */
const words: ReadonlyMap<string, string> = new Map([
  ['CallbackEntry.level', 'owner'],
  ['CallbackEntry.type', 'ticket'],
]);

/** A string that a person would send for a member of a component, no longer than the document allows. */
export function exampleText(
  schema: Schema,
  place: { readonly name: string; readonly owner: string },
): string {
  const { enum: values, format, maxLength } = schema;
  const name = place.name.toLowerCase();
  const hour = name.includes('end') ? '17' : '09';
  if (values?.[0] !== undefined) return values[0];
  const word = words.get(`${place.owner}.${place.name}`);
  if (word !== undefined) return word;
  // Dates are written in whole seconds and UTC: everything else is refused (connectwise-api.md §7.6).
  if (format === 'date-time') return `2026-01-31T${hour}:00:00Z`;
  if (format === 'date') return '2026-01-31';
  if (format === 'uuid') return '00000000-0000-4000-8000-000000000001';
  const text = texts.find(([ending]) => ending.test(name))?.[1] ?? titleOf(place.owner);
  return maxLength === undefined ? text : cut(text, maxLength);
}

/** `TicketNote` is `Example ticket note`; of a dotted name the last part counts. */
function titleOf(owner: string): string {
  const last = owner.split('.').at(-1) ?? '';
  return last ? `Example ${nounOf('', [last]).singular}` : 'Example';
}

/** Cut between words, if there is more than one. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return text
    .slice(0, length + 1)
    .replace(/\s\S*$/, '')
    .slice(0, length);
}
