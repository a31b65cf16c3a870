import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Schema } from '../lib/catalogue/operation.ts';

/** A schema with its reference followed, and the name of the component that it came from. */
interface Shape {
  readonly shape: Schema;
  readonly entity?: string;
}

/** Follows `$ref`, a bare component name; a name that the document does not have allows anything. */
export function shapeOf(schema: Schema, catalogue: Catalogue): Shape {
  if (schema.$ref === undefined) return { shape: schema };
  return { shape: catalogue.schema(schema.$ref) ?? {}, entity: schema.$ref };
}

/** Whether a schema says nothing of its values: maps, `{}` and what the document types as a bare object (§6). */
export function isOpen(shape: Schema): boolean {
  return shape.properties === undefined && (shape.type === undefined || shape.type === 'object');
}

/** Members that are only taken and never given back say so in prose alone (§11.13). */
export function isWriteOnly(schema: Schema): boolean {
  return /not be returned/i.test(schema.description ?? '');
}
