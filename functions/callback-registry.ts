import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { callbackPath, declarationSchema, type Registry } from '../lib/callback/registry.ts';
import { explain } from '../lib/explanation.ts';
import { connectionOf } from './grants.ts';
import { type ApiAnswer, json, problem } from './problem.ts';
import { bodyText } from './request-body.ts';
import type { Services } from './services.ts';

/** An item of the table holds 400 KB. */
const maxBodyBytes = 200_000;
const discoveryMs = 10_000;

/** Shows what is declared for a connection, and where ConnectWise is to call. */
export async function getCallbacks(event: APIGatewayProxyEventV2, services: Services): Promise<ApiAnswer> {
  const named = connectionOf(event, services.grantingClaim, '/callbacks');
  if (!('connection' in named)) return named;
  const found = await services.callbacks.read(named.connection);
  if (found) return json(200, shown(found.value));
  const detail = `No callbacks are declared for the connection '${named.connection}'. Declare them in callbacks.config.ts, and run manage callbacks apply.`;
  return problem({ reason: 'unknown_callbacks', detail });
}

/**
 * Declares the callbacks of a connection, all of them. The site and the company of the connection are written down beside them, so that
 * the function that takes callbacks need not read its keys.
 */
export async function putCallbacks(event: APIGatewayProxyEventV2, services: Services): Promise<ApiAnswer> {
  const named = connectionOf(event, services.grantingClaim, '/callbacks');
  if (!('connection' in named)) return named;
  const { connection } = named;
  const declaration = declarationIn(event, connection, services);
  if (!('declared' in declaration)) return declaration;
  const site = await siteOf(connection, services);
  if (!('origin' in site)) return site;
  const found = await services.callbacks.read(connection);
  const kept = declaration.renewsToken ? undefined : found?.value.token;
  const token = kept ?? randomBytes(32).toString('base64url');
  const registry: Registry = { connection, token, ...site, declared: declaration.declared };
  if (await services.callbacks.write(connection, registry, found?.version)) return json(200, shown(registry));
  const detail = `Somebody else is declaring callbacks of '${connection}' at this moment. Try it again.`;
  return problem({ reason: 'in_progress', detail, retryAfterSeconds: 1 });
}

const shown = ({ connection, token, company, origin, declared }: Registry): object => ({
  version: 1,
  connection,
  path: callbackPath(connection, '{name}', token),
  company,
  origin,
  declared,
});

function declarationIn(event: APIGatewayProxyEventV2, connection: string, { isFifo }: Services) {
  const body = bodyText(event, maxBodyBytes);
  if (!('text' in body)) return body;
  const value = parse(body.text);
  const parsed = declarationSchema.safeParse(value);
  const refused = (detail: string) => problem({ reason: 'invalid_request', detail });
  if (!parsed.success) return refused(explain(parsed.error, value, ['declared', 'renewsToken']));
  for (const [name, { starts }] of Object.entries(parsed.data.declared)) {
    if (!starts) continue;
    // An address of one connection must not be a way to another.
    if (starts.invocation.connection !== connection)
      return refused(`'${name}' starts a pull of another connection than '${connection}'.`);
    if (starts.invocation.incremental === undefined)
      return refused(`'${name}' starts a pull that is not incremental: each change would take everything.`);
    if (isFifo)
      return refused(
        `'${name}' starts a pull, which must wait for further events, and a FIFO queue lets no message wait. Take the events from the result queue.`,
      );
  }
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function siteOf(
  name: string,
  { connections, sites }: Services,
): Promise<Pick<Registry, 'origin' | 'company'> | ApiAnswer> {
  const found = await connections.find(name);
  if (!found.found) return problem({ reason: found.failure.reason, detail: found.failure.message });
  const { connection } = found;
  const at = await sites.find(connection, discoveryMs);
  if (at.found) return { origin: new URL(at.site.baseUrl).origin, company: connection.company };
  if ('failure' in at) return problem({ reason: at.failure.reason, detail: at.failure.message });
  const detail = `ConnectWise could not be asked where the site of '${name}' is (${at.sent.kind}). Nothing was changed.`;
  return problem({ reason: 'unreachable', detail, retryAfterSeconds: 5 });
}
