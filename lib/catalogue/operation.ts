/** The methods that the ConnectWise Manage document uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One method and path of the OpenAPI document, as data: the engine walks it, no operation has code of its own.
 * Everything here is mended already (see mending.ts); `mends` names the rules that changed something.
 */
export interface Operation {
  /** UUIDv5 of the method and the mended path: the same for ever, whatever the document calls it. */
  readonly id: string;
  /** What the document calls it, such as `getCompanyCompanies`. */
  readonly operationId: string;
  /** Ids that earlier documents (or the document before mending) gave the same method and path. */
  readonly formerIds: readonly string[];
  readonly method: Method;
  /** The template as it is sent, case and trailing slash kept: `/service/tickets/{id}`. */
  readonly path: string;
  /** The first segment of the path: `service`. */
  readonly module: string;
  /** The document's tag; absent where the document has none (the rebuilt 2022.1). */
  readonly tag?: string;
  /** A short sentence of our own: `List companies`, `Approve a time sheet`. */
  readonly description: string;
  /** The vendor's summary, where there is one. */
  readonly summary?: string;
  /** Path inputs in the order of the template, then query inputs in the order of the document. */
  readonly inputs: readonly Input[];
  readonly body: Body;
  readonly success: Success;
  /** The document's version, such as `2022.1`: the engine asks the server for this model. */
  readonly version: string;
  /** Names of the rules of mending.ts that changed this operation. */
  readonly mends: readonly string[];
}

/** A value that goes into the URL. Path inputs are required, query inputs are optional. */
export interface Input {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'object';
  readonly enum?: readonly string[];
  readonly description?: string;
}

/**
 * What an operation takes as its request.
 * - `none`: a body does not belong here and is refused (every GET, almost every DELETE).
 * - `json`: the document declares one, by schema.
 * - `undeclared`: the document declares none on a method that may carry one (actions, uploads): anything goes.
 * - `multipart`: a form; a member of format `binary` is given as `{ fileName, contentType, base64 }`.
 */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'undeclared' }
  | { readonly kind: 'json'; readonly schema: Schema; readonly required: boolean }
  | { readonly kind: 'multipart'; readonly schema: Schema; readonly required: boolean };

/**
 * What an operation answers when it succeeds. A list is an operation whose success is an array, whatever
 * parameters it declares (openapi-document.md §3).
 */
export interface Success {
  readonly status: number;
  readonly kind: 'list' | 'record' | 'count' | 'scalar' | 'multi' | 'binary' | 'empty';
  /** For `binary`: the type that the document names; else absent. */
  readonly contentType?: string;
  readonly schema?: Schema;
}

/**
 * The part of JSON Schema that the document uses. A `$ref` is the bare name of a component (`Ticket`).
 * Responses are never validated with it; nullability in the document is a hint, not a promise.
 */
export interface Schema {
  readonly $ref?: string;
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly nullable?: boolean;
  readonly description?: string;
  /** From the description's `Max length: N;`: the document has no maxLength keyword. */
  readonly maxLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  /** A map: every member has this schema. */
  readonly additionalProperties?: Schema;
}
