import * as z from 'zod/mini';
import { isSuccess, jsonOf, type Sent } from '../response.ts';
import { jsonIn } from './message.ts';
import type { Registry } from './registry.ts';

/** `/v2025_1//system/callbackkey/index.rails`: the codebase, and a slash too many (connectwise-api.md §9.4.7). */
const keyPath = /^\/([A-Za-z][A-Za-z0-9_.]{0,39})\/{1,2}system\/callbackkey\/index\.rails$/i;
const keyId = /^[A-Za-z0-9-]{1,64}$/;

/**
 * The address of a signing key. Of what the message says, only the codebase and the key's id are taken, each where it cannot
 * become anything else: whoever could choose the host or the company could sign with a key of their own.
 * @param keyUrl `Metadata.key_url` of a message that nobody has verified yet.
 */
export function keyAddress(
  keyUrl: string,
  { company, origin }: Pick<Registry, 'company' | 'origin'>,
): { readonly url: string } | { readonly problem: string } {
  const url = URL.parse(keyUrl);
  if (!url) return { problem: 'Its key_url is not the address of a key.' };
  if (!isSameHost(url.origin, origin))
    return {
      problem: `Its key_url leads to ${url.host.slice(0, 100)}, and not to the site of the connection.`,
    };
  const [, codebase] = keyPath.exec(url.pathname) ?? [];
  const [id = ''] = url.searchParams.getAll('id');
  if (codebase === undefined || !keyId.test(id))
    return { problem: 'Its key_url is not the address of a key.' };
  if (url.searchParams.get('companyName')?.toLowerCase() !== company.toLowerCase())
    return { problem: 'Its key_url leads to another company than that of the connection.' };
  const query = `companyName=${encodeURIComponent(company)}&id=${id}`;
  return { url: `${url.origin}/${codebase}//system/callbackkey/index.rails?${query}` };
}

/** A region's API has a host of its own beside the one that people look at, which callbacks name (connectwise-api.md §2.1, §9.4). */
const isSameHost = (named: string, origin: string): boolean =>
  named === origin || (origin.startsWith('https://') && named === origin.replace('https://api-', 'https://'));

export type FoundKey =
  | { readonly found: true; readonly key: string }
  /** `passing`: asking again may help. */
  | { readonly found: false; readonly passing: boolean; readonly why: string };

export interface Keys {
  /** The signing key at an address. */
  find(url: string): Promise<FoundKey>;
  /** Asks again, for a key that may have changed; undefined where it was asked for a moment ago. */
  renew(url: string): Promise<FoundKey | undefined>;
}

interface KeysParts {
  /** Gets an address, without authorisation and without following anything. Never throws. */
  readonly fetchKey: (url: string, budgetMs: number) => Promise<Sent>;
  readonly now: () => number;
}

/** A changed key is found by the first signature that does not fit, too. */
const keyAgeMs = 60 * 60_000;
/** So that signatures that do not fit cannot make us ask as often as they come. */
const renewalMs = 60_000;
/** ConnectWise waits five seconds for an answer (connectwise-api.md §9.4.9). */
const keyBudgetMs = 2_000;
/** There is a key for each registration. */
const mostKeys = 500;

/** Signing keys by address, each remembered for an hour. Failures are not remembered, and callers at the same moment share one call. */
export function createKeys({ fetchKey, now }: KeysParts): Keys {
  const known = new Map<string, { readonly reading: Promise<FoundKey>; readonly readAtMs: number }>();
  const read = (url: string): Promise<FoundKey> => {
    const reading = fetchKey(url, keyBudgetMs).then(readKey);
    if (known.size >= mostKeys) known.clear();
    const entry = { reading, readAtMs: now() };
    known.set(url, entry);
    const forget = () => known.get(url) === entry && known.delete(url);
    reading.then((key) => key.found || forget(), forget);
    return reading;
  };
  return {
    find: (url) => {
      const entry = known.get(url);
      return entry && now() - entry.readAtMs < keyAgeMs ? entry.reading : read(url);
    },
    renew: async (url) => {
      const entry = known.get(url);
      return entry && now() - entry.readAtMs < renewalMs ? undefined : read(url);
    },
  };
}

const keySchema = z.object({ signing_key: z.string().check(z.minLength(1), z.maxLength(1_000)) });

function readKey(sent: Sent): FoundKey {
  if (sent.kind !== 'response')
    return { found: false, passing: true, why: `The key could not be asked for (${sent.kind}).` };
  const { response } = sent;
  const { status } = response;
  const passing = status === 429 || status >= 500;
  if (!isSuccess(response))
    return { found: false, passing, why: `The key was asked for, and the answer was ${status}.` };
  const body = jsonOf(response.bytes);
  // Some servers send JSON within a JSON text (connectwise-api.md §9.4.7).
  const parsed = keySchema.safeParse(typeof body === 'string' ? jsonIn(body) : body);
  if (parsed.success) return { found: true, key: parsed.data.signing_key };
  return { found: false, passing: false, why: 'The key was asked for, and the answer holds none.' };
}
