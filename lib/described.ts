import * as z from 'zod/mini';

/** Gives a schema the sentence that docs/schemas and the API's own description carry for it. */
export function described<T extends z.core.$ZodType>(schema: T, description: string): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}
