import * as z from 'zod/mini';
import { searchOperations as search } from '../../lib/catalogue/search.ts';
import { described } from '../../lib/described.ts';
import { writes } from '../../lib/request.ts';
import { answer, defineTool } from './tool.ts';

const input = z.strictObject({
  words: described(
    z.string().check(z.minLength(1), z.maxLength(200)),
    'What it does or is about, such as: time entries, close a ticket, company notes.',
  ),
  module: described(
    z.optional(z.string().check(z.maxLength(100))),
    'Only those whose path begins with it: service, company, finance, time, …',
  ),
  method: described(
    z.optional(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
    'Only those of this method: GET reads, POST creates, PATCH changes.',
  ),
  limit: described(
    z.optional(z.int().check(z.gte(1), z.lte(25))),
    'How many at the most, from 1 to 25; 10 unless told.',
  ),
  offset: described(
    z.optional(z.int().check(z.gte(0), z.lte(100_000))),
    'How many of the best to leave out.',
  ),
});

const output = z.strictObject({
  total: described(z.number(), 'How many match, the best first.'),
  operations: z.array(
    z.strictObject({
      operationId: z.string(),
      method: z.string(),
      path: z.string(),
      description: z.string(),
      writes: described(z.boolean(), 'true: it goes by write_operation; else by read_operation.'),
    }),
  ),
  nextOffset: described(
    z.optional(z.number()),
    'The offset that the next ones begin at, where there are some.',
  ),
});

export const searchOperations = defineTool({
  name: 'search_operations',
  title: 'Find operations of ConnectWise Manage',
  description:
    'Finds operations of ConnectWise Manage by words, the best match first. Asks the catalogue alone, not ConnectWise.',
  annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  input,
  output,
  run: ({ words, module, method, limit = 10, offset = 0 }, { services: { catalogue } }) => {
    const { total, operations } = search(catalogue, { search: words, module, method, limit, offset });
    const next = offset + operations.length;
    return answer({
      total,
      operations: operations.map((operation) => {
        const { operationId, path, description } = operation;
        return { operationId, method: operation.method, path, description, writes: writes(operation) };
      }),
      ...(operations.length > 0 && next < total && { nextOffset: next }),
    });
  },
});
