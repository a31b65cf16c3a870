import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageSchemas } from '../functions/openapi.ts';

test.each(Object.entries(messageSchemas()))(
  'docs/schemas/%s.schema.json is what messages are parsed with',
  (name, schema) => {
    const file = join(import.meta.dirname, '../docs/schemas', `${name}.schema.json`);
    // `npm run schemas` writes it anew.
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  },
);
