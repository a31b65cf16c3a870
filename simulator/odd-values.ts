import type { Dice } from './dice.ts';

/** Ends of years and a leap day. */
const dates = [
  '2023-12-31T23:59:59Z',
  '2024-02-29T00:00:00Z',
  '2024-12-31T00:00:00Z',
  '2025-01-01T00:00:00Z',
] as const;

/** Texts that real records hold: other scripts, marks that no one sees (§9.1), quotes, markup and line ends. */
const texts = [
  'Zoë Ångström – 株式会社 ™',
  '\u200eLeft-to-right mark in front',
  `O'Brien & "Sons" <b>Ltd</b>`,
  'Two lines\r\nand\ta tab',
  '  blanks on both sides  ',
  '=1+1; 100 % [brackets] * and \\ too',
] as const;

/** A longer limit than this is filled up to here only: answers must stay of a bearable size. */
const longest = 1000;

/** A legal string that careless readers trip over; as long as its limit allows, one time in four. */
export function oddString(maxLength: number | undefined, dice: Dice): string {
  const text: string = dice.pick(texts);
  if (maxLength === undefined || !dice.chance(0.25)) return text.slice(0, maxLength);
  return text.repeat(Math.ceil(maxLength / text.length)).slice(0, Math.min(maxLength, longest));
}

/** An instant at the edge of the calendar. */
export const oddDate = (dice: Dice): string => dice.pick(dates);

/** A whole number at the edge of what is expected. */
export const oddNumber = (dice: Dice): number => dice.pick([0, 1, 2_147_483_647]);
