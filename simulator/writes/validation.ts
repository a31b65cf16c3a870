import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import type { FieldFault } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord, memberName } from '../json.ts';
import { shapeOf } from '../shapes.ts';

/** Refused as missing, in the words of .NET's check (§6.2, recorded). */
export function missingField(field: string): FieldFault {
  return { code: 'MissingRequiredField', message: `The ${field} field is required.`, field };
}

function missing(record: JsonRecord, shape: Schema, prefix: string): FieldFault[] {
  const names = Object.keys(shape.properties ?? {});
  return (shape.required ?? []).flatMap((required): FieldFault[] => {
    // The document spells one required name in other letters than its property (openapi-document.md §4.9).
    const value = record[memberName(names, required) ?? required];
    return value === undefined || value === null || value === ''
      ? [missingField(`${prefix}${required}`)]
      : [];
  });
}

/** The wire text for an overflow is not recorded; these are the words of .NET's own length check (§7.6, inferred). */
function tooLong(value: string, maxLength: number | undefined, field: string): FieldFault[] {
  if (maxLength === undefined || value.length <= maxLength) return [];
  const message = `The field ${field} must be a string with a maximum length of ${maxLength}.`;
  return [{ code: 'OutOfRange', message, field }];
}

/** Dates are written to the second and in UTC; offsets and fractions are refused (§7.6). */
function badFormat(value: string, shape: Schema, field: string): FieldFault[] {
  if (shape.format !== 'date-time' || /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)?$/.test(value)) return [];
  return [{ code: 'UnsupportedFormat', message: `Unsupported format applied to ${field}`, field }];
}

function valueFaults(value: Json, schema: Schema, field: string, catalogue: Catalogue): FieldFault[] {
  const { shape } = shapeOf(schema, catalogue);
  if (typeof value === 'string')
    return [...tooLong(value, shape.maxLength, field), ...badFormat(value, shape, field)];
  if (isArray(value)) return value.flatMap((item) => valueFaults(item, shape.items ?? {}, field, catalogue));
  return isRecord(value) ? recordFaults(value, shape, field === '' ? '' : `${field}/`, catalogue) : [];
}

function recordFaults(record: JsonRecord, shape: Schema, prefix: string, catalogue: Catalogue): FieldFault[] {
  const inner = Object.entries(record).flatMap(([name, value]) => {
    const schema = shape.properties?.[name];
    return schema === undefined ? [] : valueFaults(value, schema, `${prefix}${name}`, catalogue);
  });
  return [...missing(record, shape, prefix), ...inner];
}

/** What a schema has against a record: members that it lacks, and values that are too long or no dates of the server's. */
export function schemaFaults(record: JsonRecord, schema: Schema, catalogue: Catalogue): FieldFault[] {
  return valueFaults(record, schema, '', catalogue);
}
