import { type Answer, jsonAnswer } from '../answer.ts';
import { outsideApplication } from '../failures.ts';
import type { Settings } from '../options.ts';
import { signingKey } from './message.ts';

/** Whether a path is where the keys of callbacks are, codebase, double slash and all (§9.4.7). */
export const isKeyPath = (pathname: string): boolean =>
  /\/system\/callbackkey\/index\.rails$/i.test(pathname);

/** The signing key that a message's `Metadata.key_url` leads to; a link of another company leads nowhere. */
export function keyAnswer(url: URL, { seed, company, callbackKeyAs }: Settings): Answer {
  const keyId = url.searchParams.get('id');
  const isOurs = url.searchParams.get('companyName')?.toLowerCase() === company.toLowerCase();
  if (keyId === null || !isOurs) throw outsideApplication();
  const key = { signing_key: signingKey(seed, keyId) };
  // As a text it is JSON in JSON: a client that parses twice gets an object.
  return jsonAnswer(200, callbackKeyAs === 'text' ? JSON.stringify(key) : key);
}
