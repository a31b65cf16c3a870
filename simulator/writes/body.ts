import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { badRequest, leakedException, unknownMember } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord, memberName, parseJson } from '../json.ts';
import { pathText, positionOf } from '../positions.ts';
import { isOpen, shapeOf } from '../shapes.ts';

type Path = readonly (string | number)[];

interface Reading {
  readonly text: string;
  readonly catalogue: Catalogue;
}

function conversionFailure(value: Json, type: string, path: Path, { text }: Reading): Error {
  const at = positionOf(text, path);
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return badRequest(
    `Could not convert ${typeof value} to ${type}: ${shown.slice(0, 100)}. Path '${at.path}', line ${at.line}, position ${at.position}.`,
  );
}

/** A word in the place of a flag ends in a 500 with .NET's text (§6.2); the words true and false are taken. */
function readBoolean(value: Json, path: Path, reading: Reading): Json {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') throw conversionFailure(value, 'boolean', path, reading);
  const word = value.trim().toLowerCase();
  if (word !== 'true' && word !== 'false')
    throw leakedException('String was not recognized as a valid Boolean.');
  return word === 'true';
}

function readNumber(value: Json, type: 'integer' | 'number', path: Path, reading: Reading): Json {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const fits =
    typeof number === 'number' && Number.isFinite(number) && (type === 'number' || Number.isInteger(number));
  if (!fits) throw conversionFailure(value, type === 'integer' ? 'integer' : 'decimal', path, reading);
  return number;
}

/** Numbers and flags become strings as .NET's reader makes them; enums are taken in any case. */
function readString(value: Json, shape: Schema, path: Path, reading: Reading): Json {
  if (typeof value === 'object') throw conversionFailure(value, 'string', path, reading);
  const text = String(value);
  if (shape.enum !== undefined) {
    const known = memberName(shape.enum, text);
    if (known === undefined)
      throw badRequest(`Error converting value "${text.slice(0, 100)}". Path '${pathText(path)}'.`);
    return known;
  }
  if (shape.format === 'date-time' && text !== '' && Number.isNaN(Date.parse(text)))
    throw leakedException('String was not recognized as a valid DateTime.');
  return text;
}

function readObject(
  value: JsonRecord,
  shape: Schema,
  entity: string,
  path: Path,
  reading: Reading,
): JsonRecord {
  const read: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(value)) {
    const known = memberName(Object.keys(shape.properties ?? {}), name);
    const schema = known === undefined ? undefined : shape.properties?.[known];
    if (known === undefined || schema === undefined)
      throw unknownMember(name, entity, positionOf(reading.text, [...path, name]));
    read[known] = readValue(inner, schema, [...path, name], reading);
  }
  return read;
}

function readValue(value: Json, schema: Schema, path: Path, reading: Reading): Json {
  const { shape, entity } = shapeOf(schema, reading.catalogue);
  if (value === null || isOpen(shape)) return value;
  switch (shape.type) {
    case 'boolean':
      return readBoolean(value, path, reading);
    case 'integer':
    case 'number':
      return readNumber(value, shape.type, path, reading);
    case 'string':
      return readString(value, shape, path, reading);
    case 'array':
      return readArray(value, shape, path, reading);
    default:
      if (!isRecord(value)) throw conversionFailure(value, 'object', path, reading);
      return readObject(value, shape, (entity ?? 'Object').replace(/^.*\./, ''), path, reading);
  }
}

function readArray(value: Json, shape: Schema, path: Path, reading: Reading): Json {
  // The reader's own words for an object in place of an array (a PATCH without brackets, §12.1) are not recorded.
  if (!isArray(value))
    throw badRequest(
      `Cannot deserialize the current JSON ${isRecord(value) ? 'object' : 'value'} because the type requires a JSON ` +
        `array (e.g. [1,2,3]) to deserialize correctly. Path '${pathText(path)}', line 1, position 1.`,
    );
  return value.map((item, index) => readValue(item, shape.items ?? {}, [...path, index], reading));
}

/** Reads a value that is JSON already, such as a patched record, into its schema. */
export function readMember(value: Json, schema: Schema, catalogue: Catalogue): Json {
  return readValue(value, schema, [], { text: JSON.stringify(value), catalogue });
}

/**
 * Reads a body as the server's JSON reader does: members in the schema's letters, values converted where .NET converts
 * them, unknown members and wrong types refused (connectwise-api.md §6.2).
 */
export function readBody(body: Buffer, schema: Schema, catalogue: Catalogue): Json {
  const text = body.toString('utf8');
  const value = parseJson(text);
  if (value === undefined) {
    const [first = ''] = text.trim();
    throw badRequest(
      `Unexpected character encountered while parsing value: ${first}. Path '', line 0, position 0.`,
    );
  }
  return readValue(value, schema, [], { text, catalogue });
}
