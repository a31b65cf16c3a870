import * as z from 'zod/mini';
import type { Operation } from './catalogue/operation.ts';
import { described } from './described.ts';
import type { Failure } from './failure.ts';
import type { Invocation } from './invocation.ts';
import { type Finding, findingSchema } from './preflight/finding.ts';
import { certificateSchema } from './pull/certificate.ts';
import type { Answer } from './response.ts';

export const doubtSchema = z.strictObject({
  method: z.string(),
  path: z.string(),
  sentAt: described(z.string(), 'When it may have left at the earliest, in UTC.'),
  lookUp: described(
    z.optional(z.strictObject({ operationId: z.string(), inputs: z.record(z.string(), z.unknown()) })),
    'The operation that tells what became of it, with its inputs: send it as an invocation to look again.',
  ),
});

const failureSchema = z.strictObject({
  reason: described(z.string(), 'A stable word to switch on, such as not_found or outcome_unknown.'),
  message: described(z.string(), 'A sentence for a person: what happened, and what to do.'),
  retried: described(z.number(), 'How often the call was sent again before this was the answer.'),
  findings: described(
    z.optional(z.array(findingSchema)),
    'All that is wrong with the invocation, where nothing was sent because of it: 50 at the most.',
  ),
  doubt: described(
    z.optional(doubtSchema),
    'What was sent and may have taken effect, where the reason is outcome_unknown or not_applied.',
  ),
});

export type Doubt = z.infer<typeof doubtSchema>;

const settledSchema = z.strictObject({
  operationId: described(z.string(), 'The operation that was asked what became of the write.'),
  sentAt: described(z.string(), 'When the write may have left at the earliest, in UTC.'),
  seenAt: described(z.string(), 'When the look-up saw that it took effect, in UTC.'),
});

const pageSchema = z.strictObject({
  id: described(
    z.string(),
    'The same for the same page of the same pull: a page that comes twice can be told by it.',
  ),
  number: described(z.number(), 'From 1, in the order in which pages were begun.'),
  rows: z.number(),
  firstId: z.optional(z.number()),
  lastId: z.optional(z.number()),
});

const claimSchema = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  bytes: described(z.number(), 'The size of the object as it is stored, compressed.'),
  sha256: described(z.string(), 'The SHA-256 of the object as it is stored, in hexadecimal.'),
  url: described(
    z.optional(z.string()),
    'By the API only: a link to the object that expires after 15 minutes.',
  ),
});

const exportSchema = z.strictObject({
  bucket: z.string(),
  prefix: described(z.string(), 'What the keys of all files of the export begin with.'),
  manifest: described(
    z.string(),
    'The key of the list of its files: JSON with the key, rows, bytes and SHA-256 of each, and the certificate.',
  ),
});

/** What the caller gets, on the result queue or as the API's answer. Published as JSON Schema in docs/schemas. */
export const resultSchema = z.strictObject({
  version: described(z.literal(1), 'The version of this message. Always 1.'),
  id: described(z.string(), "The invocation's id, or the id of the message that carried it."),
  connection: z.optional(z.string()),
  operationId: described(
    z.optional(z.string()),
    "The document's name of the operation; as it was asked for where it is unknown.",
  ),
  description: described(z.optional(z.string()), 'What the operation does, in a few words.'),
  succeeded: described(
    z.boolean(),
    'false: `failure` says why. An HTTP failure counts as a success where the caller asked for it.',
  ),
  responseCode: described(
    z.optional(z.string()),
    'The HTTP status that ConnectWise answered with. Absent: it was not asked or did not answer.',
  ),
  response: described(
    z.optional(z.unknown()),
    'What ConnectWise answered: JSON, else text; bytes as { contentType, fileName, base64 }.',
  ),
  requestId: described(
    z.optional(z.string()),
    "ConnectWise's own id of the request (x-cw-request-id): quote it to their support.",
  ),
  claim: described(
    z.optional(claimSchema),
    'Where the response lies when it is too large for the message: gzip-compressed JSON in S3.',
  ),
  page: described(
    z.optional(pageSchema),
    'A page of a pull. The pull has ended when a result with `certificate` comes.',
  ),
  export: described(
    z.optional(exportSchema),
    'Where the pages of the pull lie, which the message wanted as objects: gzip files of NDJSON in S3.',
  ),
  certificate: described(
    z.optional(certificateSchema),
    'The end of a pull: what was sent, and whether it is all.',
  ),
  settled: described(
    z.optional(settledSchema),
    'The write was not answered, but a look-up saw that it took effect: the response is the record as it stands.',
  ),
  warnings: described(
    z.optional(z.array(findingSchema)),
    'What may be wrong with the invocation, though it did not stop it: 50 at the most.',
  ),
  failure: described(z.optional(failureSchema), 'Why there is no success.'),
});

export type Result = z.infer<typeof resultSchema>;

/** Where a large response lies: an S3 object with `bytes` bytes (as stored, compressed) whose SHA-256 is `sha256`. */
export type Claim = z.infer<typeof claimSchema>;

/** Where the files of a pull lie. */
export type Export = z.infer<typeof exportSchema>;

/** The members that every result of an invocation begins with. */
export function heading(id: string, invocation: Invocation, operation?: Operation) {
  return {
    version: 1,
    id,
    connection: invocation.connection,
    operationId: operation?.operationId ?? invocation.operationId,
    ...(operation && { description: operation.description }),
  } as const;
}

export type Heading = Pick<
  Result,
  'version' | 'id' | 'connection' | 'operationId' | 'description' | 'warnings'
>;

/** The same heading, with what preflight found; as it is where that is nothing. */
export const withWarnings = (head: Heading, warnings: readonly Finding[]): Heading =>
  warnings.length > 0 ? { ...head, warnings: [...warnings] } : head;

export function succeeded(head: Heading, answer: Partial<Answer> & Pick<Result, 'settled'>): Result {
  return { ...head, succeeded: true, ...answer };
}

/** @param retried how often the call was sent again before this was the answer. */
export function failed(
  head: Heading,
  { findings, ...failure }: Failure & { readonly findings?: readonly Finding[]; readonly doubt?: Doubt },
  retried = 0,
  answer?: Answer,
): Result {
  const all = findings && { findings: [...findings] };
  return { ...head, succeeded: false, ...answer, failure: { ...failure, retried, ...all } };
}
