import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { changedAtMs } from '../lib/callback/event.ts';
import { type FoundKey, keyAddress } from '../lib/callback/key.ts';
import { type CallbackMessage, parseMessage } from '../lib/callback/message.ts';
import { callbackName, type Declared, type Registry } from '../lib/callback/registry.ts';
import { oldestChangeMs } from '../lib/callback/sighting.ts';
import { isSignedBy, isToken } from '../lib/callback/signature.ts';
import { connectionName } from '../lib/invocation.ts';
import type { CallbackServices } from './callback-services.ts';

/** A callback that ConnectWise signed, for an address that we gave it. */
export interface Verified {
  readonly kind: 'verified';
  readonly connection: string;
  readonly name: string;
  readonly declared: Declared;
  readonly message: CallbackMessage;
  readonly bytes: Uint8Array;
  /** The change is older than callbacks are remembered, so this is a replay. */
  readonly isStale: boolean;
}

export type Admission =
  | Verified
  | {
      readonly kind: 'refused';
      readonly reason: 'callback_forged' | 'unknown_callback' | 'invalid_callback' | 'body_too_large';
      readonly why: string;
    }
  /** It cannot be told just now. */
  | { readonly kind: 'passing'; readonly reason: 'callback_not_taken'; readonly why: string };

type Refused = Exclude<Admission, Verified>;

/** A record of ConnectWise has some kilobytes, and the event must fit into a message of SQS. */
const maxBodyBytes = 1_000_000;
/**
 * Tells callbacks of ConnectWise from everything else that is sent to their route. The cheapest question comes first. The registry is
 * read for each, so that what is declared holds at once.
 */
export async function admit(event: APIGatewayProxyEventV2, services: CallbackServices): Promise<Admission> {
  const address = addressOf(event);
  if ('kind' in address) return address;
  const bytes = bytesOf(event);
  if (!bytes) return { kind: 'refused', reason: 'body_too_large', why: 'The body is too large.' };
  const { connection, name, token } = address;
  const found = declaredIn((await services.registries.read(connection))?.value, name, token);
  if ('kind' in found) return found;
  const signature = event.headers['x-content-signature'];
  if (signature === undefined) return forged('It bears no signature.');
  const verified = await verify({ bytes, signature, ...found }, services);
  if ('kind' in verified) return verified;
  return { kind: 'verified', connection, name, declared: found.declared, bytes, ...verified };
}

const forged = (why: string): Refused => ({ kind: 'refused', reason: 'callback_forged', why });

interface Address {
  readonly connection: string;
  readonly name: string;
  readonly token: string;
}

function addressOf({ pathParameters = {} }: APIGatewayProxyEventV2): Address | Refused {
  const { connection = '', name = '', token = '' } = pathParameters;
  const isOne = connectionName.safeParse(connection).success && callbackName.safeParse(name).success;
  return isOne && token.length <= 100
    ? { connection, name, token }
    : forged('The path leads to no callback.');
}

/** The bytes as ConnectWise signed them: API Gateway hands over as base64 what it takes for no text. */
function bytesOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Uint8Array | undefined {
  const encoding = isBase64Encoded ? 'base64' : 'utf8';
  return Buffer.byteLength(body, encoding) > maxBodyBytes ? undefined : Buffer.from(body, encoding);
}

/** A callback that is declared, and the connection's registry that it stands in. */
interface Known {
  readonly registry: Registry;
  readonly declared: Declared;
}

/** A connection without callbacks, and a wrong token, are answered alike. */
function declaredIn(registry: Registry | undefined, name: string, token: string): Known | Refused {
  if (!isToken(token, registry?.token ?? '') || !registry)
    return forged('Its address bears another token than the connection has.');
  const declared = Object.hasOwn(registry.declared, name) ? registry.declared[name] : undefined;
  if (declared) return { registry, declared };
  return { kind: 'refused', reason: 'unknown_callback', why: 'It is not declared any more.' };
}

interface Doubtful extends Known {
  readonly bytes: Uint8Array;
  readonly signature: string;
}

async function verify(
  { bytes, signature, registry, declared }: Doubtful,
  { keys, now }: CallbackServices,
): Promise<Refused | Pick<Verified, 'message' | 'isStale'>> {
  const read = parseMessage(bytes);
  if ('problem' in read) return { kind: 'refused', reason: 'invalid_callback', why: read.problem };
  const { message } = read;
  const address = keyAddress(message.Metadata.key_url, registry);
  if ('problem' in address) return forged(address.problem);
  const refused =
    (await mismatch(await keys.find(address.url), bytes, signature)) &&
    (await mismatch(await keys.renew(address.url), bytes, signature));
  if (refused) return refused;
  if (message.Type !== declared.type) return forged(`It tells of a ${message.Type.slice(0, 20)}.`);
  const changedMs = changedAtMs(message);
  return { message, isStale: changedMs !== undefined && now() - changedMs > oldestChangeMs };
}

/** Why a signature is not by a key; undefined where it is. */
function mismatch(found: FoundKey | undefined, bytes: Uint8Array, signature: string): Refused | undefined {
  if (!found) return forged('Its signature is by another key.');
  if (found.found)
    return isSignedBy(found.key, bytes, signature) ? undefined : forged('Its signature is by another key.');
  if (found.passing) return { kind: 'passing', reason: 'callback_not_taken', why: found.why };
  return forged(found.why);
}
