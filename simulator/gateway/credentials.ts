import { badKeys, Cut, cannotRoute, clientIdMissing, endpointMissing } from '../failures.ts';
import type { Settings } from '../options.ts';

/** Header values by lower-case name. */
export type Headers = Readonly<Record<string, string>>;

/** Whose keys these are: an impersonation token that has not expired (§1.4); undefined where there is no such token. */
export type TokenOwner = (publicKey: string, privateKey: string) => string | undefined;

/** The member behind the simulator's own keys. */
export const keyMember = 'ApiMember';

interface Credentials {
  readonly company: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** `Basic base64(company+public:private)` (§1.1); undefined where the header is no such thing. */
function credentialsOf(authorization: string | undefined): Credentials | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  const parts = /^([^+:]*)\+([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8'));
  const [, company, publicKey, privateKey] = parts ?? [];
  if (company === undefined || publicKey === undefined || privateKey === undefined) return undefined;
  return { company, publicKey, privateKey };
}

/** Company ids, codebases and GUIDs are the same in any case. */
export const same = (left: string | undefined, right: string): boolean =>
  left?.toLowerCase() === right.toLowerCase();

/** The clientId: a header, or in old integrations a cookie (§1.6). */
function clientIdOf(headers: Headers): string | undefined {
  return headers['clientid'] || /(?:^|;\s*)cw-app-id=([^;]*)/i.exec(headers['cookie'] ?? '')?.[1];
}

/** The member behind the keys: the API member's, an integrator's (§1.3) or an impersonation token's (§1.4). */
function memberOf(
  { publicKey, privateKey }: Credentials,
  headers: Headers,
  settings: Settings,
  tokenOwner: TokenOwner,
): string | undefined {
  if (publicKey === settings.publicKey && privateKey === settings.privateKey) return keyMember;
  const isIntegrator =
    same(headers['x-cw-usertype'], 'integrator') &&
    publicKey === settings.integratorLogin &&
    privateKey === settings.integratorPassword;
  return isIntegrator ? publicKey : tokenOwner(publicKey, privateKey);
}

/** Bad keys on the cloud's alias path may surface as something else (§1). */
function refusedKeys(isAlias: boolean, { mode, badKeysOnAlias, badKeysBody }: Settings): Error {
  if (mode === 'cloud' && isAlias && badKeysOnAlias === 'not-found') return endpointMissing();
  if (mode === 'cloud' && isAlias && badKeysOnAlias === 'cut') return new Cut();
  return badKeys(badKeysBody);
}

/**
 * The member whom a request's headers prove. The cloud routes by company and clientId before it looks at any key; a
 * self-hosted server does not route (§1). Refuses by throwing.
 */
export function authenticate(
  headers: Headers,
  isAlias: boolean,
  settings: Settings,
  tokenOwner: TokenOwner,
): string {
  const credentials = credentialsOf(headers['authorization']);
  const hasClientId = same(clientIdOf(headers), settings.clientId);
  const hasCompany = same(credentials?.company, settings.company);
  if (settings.mode === 'cloud' && !(hasClientId && hasCompany)) throw cannotRoute();
  if (!hasClientId)
    throw settings.missingClientIdStatus === 401 ? badKeys(settings.badKeysBody) : clientIdMissing();
  const member =
    credentials !== undefined && hasCompany
      ? memberOf(credentials, headers, settings, tokenOwner)
      : undefined;
  if (member === undefined) throw refusedKeys(isAlias, settings);
  return member;
}
