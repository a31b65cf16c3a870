import { ask } from '../api.ts';

/** Larger ones are fetched when they are asked for: compressed, these are some hundred thousand rows of JSON. */
export const fetchedAtOnceBytes = 4_000_000;

/** Where the page's own server has it: the bucket is another origin. */
export const claimPath = (key: string): string => `local/claims/${key}`;

/** Fetches a claimed response through the page's own server. Throws a sentence where it is gone or unreadable. */
export async function fetchClaim(key: string): Promise<unknown> {
  const { status, text } = await ask(claimPath(key));
  if (status !== 200)
    throw new Error(`The response is not in the bucket any more (${status}): claims are kept for 30 days.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The response could not be read from the bucket: it is not whole.');
  }
}
