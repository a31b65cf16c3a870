import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageSchemas } from '../functions/openapi.ts';

/** Writes the messages' JSON Schemas to docs/schemas, for producers and consumers in other languages. */
const folder = join(import.meta.dirname, '..', 'docs', 'schemas');
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(messageSchemas())) {
  writeFileSync(join(folder, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
