import * as z from 'zod/mini';
import { described } from './described.ts';
import { explain } from './explanation.ts';
import { nestsDeeper } from './nesting.ts';

/** A connection's name becomes the end of a secret's name: the pattern keeps it below its prefix. */
export const connectionName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
      'must be 1 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or digit',
    ),
  );

const confirmSchema = z.strictObject({
  operationId: described(
    z.string().check(z.minLength(1), z.maxLength(500)),
    'A GET operation that answers a list, such as getServiceTickets.',
  ),
  inputs: described(
    z.record(z.string(), z.unknown()),
    'Its inputs, such as { "conditions": "externalXRef = \\"erp-42\\"" }. A record counts that was entered since the write was sent.',
  ),
  unique: described(
    z.optional(z.boolean()),
    'true: only what this invocation creates can be found, so the time at which it was entered does not matter.',
  ),
});

/** The name of a checkpoint becomes the end of an item's key and a segment of a path. */
const checkpointName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
      'must be 1 to 100 letters, digits, dots, dashes or underscores, and begin with a letter or digit',
    ),
  );
const lockName = checkpointName;

const incrementalSchema = z.strictObject({
  checkpoint: described(
    checkpointName,
    'Where it is kept how far the pulls have come: a name of your own within the connection, one for each operation and filter.',
  ),
  overlapSeconds: described(
    z.optional(z.int().check(z.gte(0), z.lte(86_400))),
    'How much later than its lastUpdated a change may become visible. What comes again because of it is left out. 300 unless told.',
  ),
  deletes: described(
    z.optional(z.literal('sweep')),
    'Compares the ids of all records with those of the last time: those that are gone come as { "id": 7, "deleted": true }.',
  ),
  maxDeletedShare: described(
    z.optional(z.number().check(z.gte(0), z.lte(1))),
    'Where a larger share of the records is gone, the pull fails and sends nothing. 0.2 unless told.',
  ),
});

/** One message, every door: the queue, the API and a schedule carry exactly this. An unknown field is refused by name. */
export const invocationSchema = z
  .strictObject({
    version: described(z.literal(1), 'The version of this message. Always 1.'),
    id: described(
      z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
      "The caller's key, given back in the result. Absent: the queue's message id, or one that the API makes.",
    ),
    connection: described(
      connectionName,
      'The name of the connection: a secret below the configured prefix.',
    ),
    operationId: described(
      z.string().check(z.minLength(1), z.maxLength(500)),
      'Which operation: its GUID, its operationId (getServiceTickets) or its method and path (GET /service/tickets).',
    ),
    inputs: described(
      z.optional(z.nullable(z.record(z.string(), z.unknown()))),
      'URL parameters by name. Those in the path are required. The special input return: "binary" asks for bytes.',
    ),
    request: described(z.optional(z.unknown()), 'The JSON payload of an operation that writes.'),
    pages: described(
      z.optional(
        z.union(
          [z.literal('all'), z.int().check(z.gte(1), z.lte(1_000_000))],
          'must be "all" or a whole number from 1 to 1000000',
        ),
      ),
      'Takes a whole list, or so many pages of it: every page is a result of its own, and a certificate ends it. By queue only.',
    ),
    incremental: described(
      z.optional(incrementalSchema),
      'With pages: "all": only what is new or changed since the last pull with the same checkpoint. The first one takes everything.',
    ),
    output: described(
      z.optional(z.literal('objects')),
      'With pages: they become gzip files of NDJSON in S3 instead of results, and the certificate comes with where they lie.',
    ),
    lock: described(
      z.optional(lockName),
      'A name of your own within the connection: while another invocation with the same one is not over, this one steps aside and nothing is sent. A schedule gives its name.',
    ),
    confirm: described(
      z.optional(confirmSchema),
      'How to find out whether a write took effect, where ConnectWise did not say: a list that the new record would be in.',
    ),
    preflight: described(
      z.optional(z.enum(['strict', 'warn', 'only'])),
      'What stops a call before it is sent. Absent: errors; warnings go into the result. strict: warnings too. warn: nothing but what cannot be built. only: like absent, but nothing is sent; the response is the request as it would be.',
    ),
    resolve: described(
      z.optional(z.boolean()),
      'true: names in the request become ids before it is sent: a text where ConnectWise wants a reference, custom fields as an object by caption. What names nothing, or several things, fails the call and sends nothing.',
    ),
    returnHttpFailureResponses: described(
      z.optional(z.boolean()),
      "true: an HTTP failure of ConnectWise is the result. Absent: the connection's setting.",
    ),
  })
  .check(
    z.refine(({ output, pages }) => output === undefined || pages !== undefined, {
      path: ['output'],
      error: "is for pulls: give 'pages' too",
    }),
  );

/** What a caller asks for, parsed. `inputs` and `request` are checked against the operation later, in request.ts. */
export type Invocation = z.infer<typeof invocationSchema>;
export type Incremental = z.infer<typeof incrementalSchema>;

export type ParsedInvocation =
  | { readonly valid: true; readonly invocation: Invocation }
  | { readonly valid: false; readonly message: string; readonly quoted: Quoted };

/** What could still be read of an invocation that is not one, so that its result finds its way to the sender. */
interface Quoted {
  readonly id?: string;
  readonly connection?: string;
  readonly operationId?: string;
}

/** No request of ConnectWise nests a tenth as deep. */
export const maxLevels = 100;

/** Reads an invocation from the text of a message or of an API call. Never throws. */
export function parseInvocation(text: string): ParsedInvocation {
  if (nestsDeeper(text, maxLevels)) {
    const message = `The invocation is nested deeper than ${maxLevels} levels.`;
    return { valid: false, message, quoted: {} };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { valid: false, message: `The invocation is not JSON${position(error)}.`, quoted: {} };
  }
  const parsed = invocationSchema.safeParse(value);
  if (parsed.success) return { valid: true, invocation: parsed.data };
  return {
    valid: false,
    message: `The invocation is not valid: ${explain(parsed.error, value, Object.keys(invocationSchema.shape))}`,
    quoted: quote(value),
  };
}

/** Where JSON.parse stopped; the rest of its message quotes the text, which may be anybody's data. */
function position(error: unknown): string {
  const found =
    error instanceof Error ? /at position \d+(?: \(line \d+ column \d+\))?/.exec(error.message) : null;
  return found ? `: it breaks off or goes wrong ${found[0]}` : '';
}

function quote(value: unknown): Quoted {
  if (typeof value !== 'object' || value === null) return {};
  const texts = Object.entries(value).flatMap(([name, member]) =>
    ['id', 'connection', 'operationId'].includes(name) && typeof member === 'string' && member.length <= 500
      ? [[name, member] as const]
      : [],
  );
  return Object.fromEntries(texts);
}
