import { readFileSync } from 'node:fs';
import ts from 'typescript';
import {
  type Document,
  type DocumentOperation,
  type DocumentResponse,
  describe,
  type Parameter,
} from './document.ts';
import type { Method, Schema } from './operation.ts';

const published = new URL('../../node_modules/connectwise-rest/src/ManageTypes.ts', import.meta.url);

/**
 * Rebuilds the complete 2022.1 document from the types that connectwise-rest 1.3.0 publishes (MIT), the output of
 * openapi-typescript 5. It says everything but summaries, tags and the order of parameters. Runs at build time only:
 * parsing takes the better part of a second.
 */
export function readPublishedTypes(file: string | URL = published): Document {
  const source = ts.createSourceFile('types.ts', readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, false);
  const paths = members(interfaceNamed(source, 'paths'));
  const operations = new Map(
    members(interfaceNamed(source, 'operations')).map((member) => [nameOf(member), member]),
  );
  const schemas = member(interfaceNamed(source, 'components'), 'schemas');
  const reader = { source, operations };
  const read = paths.flatMap((path) =>
    members(typeOf(path)).map((entry) => readOperation(reader, nameOf(path), entry)),
  );
  return {
    version: versionOf(read),
    operations: read,
    schemas: new Map(members(typeOf(schemas)).map((entry) => [nameOf(entry), componentOf(reader, entry)])),
  };
}

interface Reader {
  readonly source: ts.SourceFile;
  readonly operations: ReadonlyMap<string, ts.PropertySignature>;
}

function readOperation(reader: Reader, path: string, entry: ts.PropertySignature): DocumentOperation {
  const operationId = referenceOf(typeOf(entry));
  const found = reader.operations.get(operationId);
  if (!found) throw new Error(`The published types have no operation ${operationId}, which ${path} names.`);
  const parts = new Map(members(typeOf(found)).map((part) => [nameOf(part), part]));
  const body = parts.get('requestBody');
  const content = body && firstContent(reader, typeOf(body));
  return {
    method: methodOf(nameOf(entry)),
    path,
    operationId,
    parameters: optionalMembers(parts.get('parameters')).flatMap((place) => readParameters(reader, place)),
    // Every body of the document is required (openapi-document.md §3); the types do not repeat it.
    ...(content && { body: { ...content, required: true } }),
    response: readResponse(reader, parts.get('responses')),
  };
}

function methodOf(name: string): Method {
  const method = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).find(
    (known) => known.toLowerCase() === name,
  );
  if (!method) throw new Error(`The published types have a method ${name}, which is not known.`);
  return method;
}

function readParameters(reader: Reader, place: ts.PropertySignature): readonly Parameter[] {
  const where = (['path', 'query', 'header'] as const).find((known) => known === nameOf(place));
  if (!where) throw new Error(`The published types have parameters in ${nameOf(place)}, which is not known.`);
  return members(typeOf(place)).map((parameter) => {
    const description = commentOf(reader, parameter).text;
    return {
      name: nameOf(parameter),
      in: where,
      required: !parameter.questionToken,
      ...(description && { description }),
      schema: schemaOf(typeOf(parameter), { number: wholeNumber }),
    };
  });
}

function readResponse(reader: Reader, responses: ts.PropertySignature | undefined): DocumentResponse {
  const [response] = optionalMembers(responses);
  if (!response) throw new Error('The published types have an operation without a response.');
  const content = ts.isTypeLiteralNode(typeOf(response)) ? firstContent(reader, typeOf(response)) : undefined;
  return { code: nameOf(response), description: commentOf(reader, response).text, ...content };
}

function firstContent(reader: Reader, type: ts.TypeNode) {
  const [entry] = members(typeOf(member(type, 'content')));
  if (!entry) throw new Error('The published types have a body without a content type.');
  const contentType = nameOf(entry);
  const isBinary = !contentType.includes('json') && typeOf(entry).kind === ts.SyntaxKind.StringKeyword;
  const schema = schemaOf(typeOf(entry), { number: wholeNumber, ...commentOf(reader, entry) });
  return { contentType, schema: isBinary ? { ...schema, format: 'binary' } : schema };
}

/** The version stands in the media type of the answers: `application/vnd.connectwise.com+json; version=2022.1`. */
function versionOf(operations: readonly DocumentOperation[]): string {
  const versions = operations.flatMap(
    ({ response }) => /version=([\d.]+)/.exec(response.contentType ?? '')?.[1] ?? [],
  );
  const [version] = versions;
  if (version === undefined) throw new Error('The published types name no version in any media type.');
  return version;
}

/** An object's own members, and the names that an intersection (`{…} & { Server: unknown }`) says are required. */
function componentOf(reader: Reader, entry: ts.PropertySignature): Schema {
  const type = typeOf(entry);
  const parts = ts.isIntersectionTypeNode(type) ? [...type.types] : [type];
  const properties = parts.flatMap((part) => (ts.isTypeLiteralNode(part) ? members(part) : []));
  const required = properties.filter((property) => !property.questionToken).map(nameOf);
  const declared = properties.filter((property) => typeOf(property).kind !== ts.SyntaxKind.UnknownKeyword);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(declared.length > 0 && {
      properties: Object.fromEntries(
        declared.map((property) => [nameOf(property), propertyOf(reader, property)]),
      ),
    }),
  };
}

function propertyOf(reader: Reader, property: ts.PropertySignature): Schema {
  const { format, description } = commentOf(reader, property);
  const isWhole = format?.startsWith('int') ?? false;
  const number: Schema = { type: isWhole ? 'integer' : 'number' };
  const schema = schemaOf(typeOf(property), { number });
  return {
    ...schema,
    ...(format !== undefined && { format }),
    ...(description !== undefined && describe(description)),
  };
}

const wholeNumber: Schema = { type: 'integer', format: 'int32' };

/** What a type says; `number` is what a plain `number` means there, as the types do not tell integers apart. */
function schemaOf(type: ts.TypeNode, meaning: { readonly number: Schema }): Schema {
  if (ts.isParenthesizedTypeNode(type)) return schemaOf(type.type, meaning);
  if (ts.isArrayTypeNode(type))
    return { type: 'array', items: schemaOf(type.elementType, { number: wholeNumber }) };
  if (ts.isUnionTypeNode(type)) return unionOf(type, meaning);
  if (ts.isIndexedAccessTypeNode(type)) return { $ref: referenceOf(type) };
  if (ts.isLiteralTypeNode(type)) return { enum: [literalOf(type)], type: 'string' };
  if (ts.isTypeLiteralNode(type)) return mapOf(type, meaning);
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { type: 'string' };
    case ts.SyntaxKind.BooleanKeyword:
      return { type: 'boolean' };
    case ts.SyntaxKind.NumberKeyword:
      return meaning.number;
    case ts.SyntaxKind.UnknownKeyword:
      return {};
    default:
      throw new Error(`The published types hold a ${ts.SyntaxKind[type.kind]}, which is not known.`);
  }
}

function unionOf(type: ts.UnionTypeNode, meaning: { readonly number: Schema }): Schema {
  const isNull = (part: ts.TypeNode) =>
    ts.isLiteralTypeNode(part) && part.literal.kind === ts.SyntaxKind.NullKeyword;
  const parts = type.types.filter((part) => !isNull(part));
  const nullable = parts.length < type.types.length ? { nullable: true } : {};
  const [first] = parts;
  if (parts.length === 1 && first) return { ...schemaOf(first, meaning), ...nullable };
  return { enum: parts.map(literalOf), type: 'string', ...nullable };
}

/** `{ [key: string]: unknown }` is an object of which nothing is known; any other index type is a map. */
function mapOf(type: ts.TypeLiteralNode, meaning: { readonly number: Schema }): Schema {
  const [entry] = type.members;
  if (!entry || !ts.isIndexSignatureDeclaration(entry))
    throw new Error('The published types hold a nested object.');
  const additionalProperties = schemaOf(entry.type, meaning);
  const isOpen = Object.keys(additionalProperties).length === 0;
  return { type: 'object', ...(!isOpen && { additionalProperties }) };
}

function literalOf(type: ts.TypeNode): string {
  if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return type.literal.text;
  throw new Error('The published types hold a union that is neither of strings nor nullable.');
}

/** The last name in brackets: `components["schemas"]["Ticket"]` is `Ticket`. */
function referenceOf(type: ts.TypeNode): string {
  if (ts.isIndexedAccessTypeNode(type)) return literalOf(type.indexType);
  throw new Error('The published types hold something else than a reference where one belongs.');
}

interface Comment {
  readonly text: string;
  readonly format?: string;
  readonly description?: string;
}

/** What a comment says: free text, or lines of `Format:`, `@description` (which may run on) and `@enum`. */
function commentOf({ source }: Reader, node: ts.Node): Comment {
  const [range] = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [];
  if (!range) return { text: '' };
  const inner = source.text.slice(range.pos + 3, range.end - 2);
  const text = inner.replaceAll(/\r?\n\s*\* ?/g, '\n').trim();
  const format = /^Format: (\S+)/m.exec(text)?.[1];
  const description = /@description ([\s\S]*?)(?=\n@enum|$(?![\s\S]))/.exec(text)?.[1];
  return { text, ...(format !== undefined && { format }), ...(description !== undefined && { description }) };
}

function interfaceNamed(source: ts.SourceFile, name: string): ts.InterfaceDeclaration {
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === name) return statement;
  }
  throw new Error(`The published types have no interface ${name}.`);
}

function members(node: ts.TypeNode | ts.InterfaceDeclaration): readonly ts.PropertySignature[] {
  if (!ts.isTypeLiteralNode(node) && !ts.isInterfaceDeclaration(node)) return [];
  return node.members.filter(ts.isPropertySignature);
}

const optionalMembers = (property: ts.PropertySignature | undefined) =>
  property ? members(typeOf(property)) : [];

function member(node: ts.TypeNode | ts.InterfaceDeclaration, name: string): ts.PropertySignature {
  const found = members(node).find((candidate) => nameOf(candidate) === name);
  if (!found) throw new Error(`The published types have no member ${name} where one belongs.`);
  return found;
}

function nameOf({ name }: ts.PropertySignature): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name) ? name.text : '';
}

function typeOf(property: ts.PropertySignature): ts.TypeNode {
  if (!property.type) throw new Error(`The published types give no type for ${nameOf(property)}.`);
  return property.type;
}
