import * as z from 'zod/mini';
import { explain } from './explanation.ts';
import type { Failure } from './failure.ts';
import { policySchema } from './policy.ts';

/** No control characters: a header with one is refused by the HTTP client in an error that quotes it. */
const plainText = z
  .string()
  .check(z.trim(), z.minLength(1), z.regex(/^[\x20-\x7e]*$/, 'must hold printable ASCII characters only'));

/** The console of Secrets Manager stores every value as a string, so booleans are taken in both forms. */
const flag = z.pipe(
  z.union([z.boolean(), z.enum(['true', 'false'])], 'must be true or false'),
  z.transform((value) => value === true || value === 'true'),
);

const secretSchema = z.strictObject({
  siteUrl: plainText,
  username: plainText.check(
    z.regex(/^[^+]+\+.+$/, 'must be the company, a plus sign and the public key: acme+AbCdEf'),
  ),
  password: plainText,
  clientId: plainText,
  returnHttpFailureResponses: z.optional(flag),
  policy: z.optional(policySchema),
});

/** What a misspelt field may have meant. */
const fieldNames = [
  ...Object.keys(secretSchema.shape),
  ...Object.keys(policySchema.shape).map((name) => `policy.${name}`),
];

/** A connection's secret, parsed. Nothing of it may reach a log, an error or a result, but for name, site and company. */
export interface Connection extends z.infer<typeof secretSchema> {
  readonly name: string;
  /** The login company: what stands before the plus sign of the username. */
  readonly company: string;
}

/** Reads a connection from its secret's text. The message names the field that is wrong, never its value. */
export function parseConnection(name: string, secret: string): FoundConnection {
  let value: unknown;
  try {
    value = JSON.parse(secret);
  } catch {
    // What JSON.parse says quotes the text, so it is not passed on.
    return invalid(name, 'it is not JSON.');
  }
  const parsed = secretSchema.safeParse(value);
  if (!parsed.success) return invalid(name, explain(parsed.error, value, fieldNames));
  const company = parsed.data.username.slice(0, parsed.data.username.indexOf('+'));
  return { found: true, connection: { ...parsed.data, name, company } };
}

function invalid(name: string, why: string): FoundConnection {
  const message = `The secret of connection '${name}' is not valid: ${why}`;
  return { found: false, failure: { reason: 'invalid_connection', message }, passing: false };
}

export type FoundConnection =
  | { readonly found: true; readonly connection: Connection }
  /** `passing`: asking again later may help, such as after throttling by Secrets Manager. */
  | { readonly found: false; readonly failure: Failure; readonly passing: boolean };

/** A secret's text as it is stored, or why there is none. */
export type ReadSecret =
  | { readonly found: true; readonly text: string }
  | { readonly found: false; readonly failure: Failure; readonly passing: boolean };

export interface Connections {
  find(name: string): Promise<FoundConnection>;
  /** Reads the secret again, for a key that may have been rotated. Callers at the same moment share one read. */
  renew(stale: Connection): Promise<FoundConnection>;
}

export interface ConnectionsParts {
  readonly readSecret: (name: string) => Promise<ReadSecret>;
  readonly now: () => number;
  readonly maxAgeMs: number;
}

/** Connections by name, each secret read at most once in `maxAgeMs`. Failures are not remembered. */
export function createConnections({ readSecret, now, maxAgeMs }: ConnectionsParts): Connections {
  const known = new Map<string, { readonly reading: Promise<FoundConnection>; readonly readAtMs: number }>();

  const read = (name: string): Promise<FoundConnection> => {
    const reading = readSecret(name).then((secret) =>
      secret.found ? parseConnection(name, secret.text) : secret,
    );
    const entry = { reading, readAtMs: now() };
    known.set(name, entry);
    const forget = () => known.get(name) === entry && known.delete(name);
    reading.then((found) => found.found || forget(), forget);
    return reading;
  };

  const find = (name: string): Promise<FoundConnection> => {
    const entry = known.get(name);
    return entry && now() - entry.readAtMs < maxAgeMs ? entry.reading : read(name);
  };

  return {
    find,
    renew: async (stale) => {
      const before = known.get(stale.name);
      const current = await find(stale.name);
      // Somebody else renewed it meanwhile, or began to: their read serves everybody who held the stale one.
      if (!current.found || current.connection !== stale) return current;
      return known.get(stale.name) === before ? read(stale.name) : find(stale.name);
    },
  };
}

/** Whether two readings of a connection sign in alike. */
export const signsInAlike = (a: Connection, b: Connection): boolean =>
  a.username === b.username &&
  a.password === b.password &&
  a.clientId === b.clientId &&
  a.siteUrl === b.siteUrl;
