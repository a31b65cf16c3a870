import { createDice } from '../dice.ts';
import { timestamp } from '../records.ts';
import { guid } from '../words.ts';

/** Keys that act as a member until they expire (connectwise-api.md §1.4). */
interface Token {
  readonly publicKey: string;
  readonly privateKey: string;
  /** `yyyy-MM-ddTHH:mm:ssZ`. */
  readonly expiration: string;
}

/** The impersonation tokens of one simulator. */
export interface Tokens {
  /** New keys for a member, named by the identifier. */
  issue(member: string): Token;
  /** Whose keys these are; undefined where they are unknown or have expired. */
  memberOf(publicKey: string, privateKey: string): string | undefined;
}

/** How long tokens live is documented nowhere: four hours is our choice. */
const lifeMs = 4 * 3_600_000;
/** Older tokens are forgotten when more are issued. */
const mostTokens = 1000;

interface Issued extends Token {
  readonly member: string;
  readonly expiresMs: number;
}

export function createTokens({ seed, now }: { seed: number; now: () => Date }): Tokens {
  const issued: Issued[] = [];
  let count = 0;
  const key = (dice: ReturnType<typeof createDice>): string => guid(dice).replaceAll('-', '').slice(0, 16);
  return {
    issue: (member) => {
      count += 1;
      const dice = createDice(seed, 'token', count);
      const expiresMs = now().getTime() + lifeMs;
      const token: Token = { publicKey: key(dice), privateKey: key(dice), expiration: timestamp(expiresMs) };
      issued.push({ ...token, member, expiresMs });
      if (issued.length > mostTokens) issued.shift();
      return token;
    },
    memberOf: (publicKey, privateKey) =>
      issued.find(
        (token) =>
          token.publicKey === publicKey &&
          token.privateKey === privateKey &&
          token.expiresMs > now().getTime(),
      )?.member,
  };
}
