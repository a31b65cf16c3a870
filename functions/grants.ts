import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { explain } from '../lib/explanation.ts';
import { connectionName } from '../lib/invocation.ts';
import { type ApiAnswer, problem } from './problem.ts';

/** Which claim of a token lists the connections that its bearer may use, and what stands before each name there. */
export interface GrantingClaim {
  readonly name: string;
  /** `connection:` for the claim `scope`; empty where the claim lists nothing else. */
  readonly prefix: string;
}

/** What API Gateway says of a caller's token, once it has checked it (payload 2.0). */
const tokenSchema = z.object({
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
  }),
});

const connectionSchema = z.strictObject({ connection: connectionName });

/**
 * The connection that a call names in its path or else in its query, where the caller may use it.
 * @param asks how the call is made with a query, for a caller who left the connection out.
 */
export function connectionOf(
  event: APIGatewayProxyEventV2,
  claim: GrantingClaim | undefined,
  asks: string,
): { readonly connection: string } | ApiAnswer {
  const inPath = event.pathParameters?.['connection'];
  const given = {
    ...event.queryStringParameters,
    ...(inPath !== undefined && { connection: inPath }),
  };
  const parsed = connectionSchema.safeParse(given);
  if (!parsed.success) {
    const detail = `${explain(parsed.error, given, ['connection'])} Ask for ${asks}?connection=acme.`;
    return problem({ reason: 'invalid_query', detail });
  }
  const { connection } = parsed.data;
  return ungranted(event, connection, claim) ?? { connection };
}

/** Why a caller may not use a connection, as the API's answer; undefined where they may. */
export function ungranted(
  event: APIGatewayProxyEventV2,
  connection: string,
  claim: GrantingClaim | undefined,
): ApiAnswer | undefined {
  const detail = whyUngranted(event, connection, claim);
  return detail === undefined
    ? undefined
    : problem({ reason: 'connection_not_granted', detail, members: { connection } });
}

/**
 * Why a caller may not use a connection; undefined where they may.
 * - With a path that names one, it must be that: IAM let the caller in by the path, so by no other connection.
 * - With a claim that grants, it must be listed there, or `*` must be.
 */
export function whyUngranted(
  event: APIGatewayProxyEventV2,
  connection: string,
  claim: GrantingClaim | undefined,
): string | undefined {
  const inPath = event.pathParameters?.['connection'];
  if (inPath !== undefined && !isLiterally(event, inPath, connection))
    return `The path names another connection than '${connection}'. Nothing was done.`;
  if (!claim) return undefined;
  const granted = wordsOf(claimIn(event, claim.name));
  if (granted.includes(`${claim.prefix}${connection}`) || granted.includes(`${claim.prefix}*`))
    return undefined;
  return `Your token does not grant the connection '${connection}': its claim '${claim.name}' must hold '${claim.prefix}${connection}'.`;
}

/** A name needs no percent-encoding. One that has some could stand in the path as a policy does not know it, so it is refused. */
const isLiterally = ({ rawPath }: APIGatewayProxyEventV2, inPath: string, connection: string) =>
  inPath === connection && rawPath.includes(`/connections/${connection}/`);

function claimIn(event: APIGatewayProxyEventV2, name: string): unknown {
  const token = tokenSchema.safeParse(event);
  return token.success ? token.data.requestContext.authorizer.jwt.claims[name] : undefined;
}

/** A claim that is a list arrives as one text, `[acme globex]`; a scope divides its words by spaces; no name holds either. */
function wordsOf(claim: unknown): readonly string[] {
  const texts = Array.isArray(claim) ? claim : [claim];
  return texts.flatMap((text) => (typeof text === 'string' ? text.split(/[\s,"[\]]+/).filter(Boolean) : []));
}
