import { type Answer, jsonType, textAnswer } from './answer.ts';
import type { JsonRecord } from './json.ts';

/** Thrown wherever the real server would answer a failure; the server sends its answer as it is. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** Thrown where the real server would end the connection without a word. */
export class Cut extends Error {}

/** One entry of `errors` in an InvalidObject answer. */
export interface FieldFault {
  readonly code:
    | 'MissingRequiredField'
    | 'OutOfRange'
    | 'UnsupportedFormat'
    | 'InvalidField'
    | 'InvalidObject'
    | 'ObjectExists'
    | 'NotFound';
  readonly message: string;
  readonly field: string;
}

/** Failures are indented by two blanks and end their lines with CRLF, unlike successes (connectwise-api.md §6.1). */
export function failureAnswer(
  status: number,
  body: JsonRecord,
  headers: Record<string, string> = {},
): Answer {
  const text = JSON.stringify(body, null, 2).replaceAll('\n', '\r\n');
  return { status, headers: { 'content-type': jsonType, ...headers }, body: Buffer.from(text) };
}

function refusal(status: number, code: string, message: string): Refusal {
  return new Refusal(failureAnswer(status, { code, message }));
}

/** Cloud gateway: wrong company, clientId or codebase, or a doubled path. Plain text, never JSON (§1). */
export const cannotRoute = (): Refusal =>
  new Refusal(textAnswer(400, 'Cannot route. Codebase/company is invalid'));

/** Both codes are seen; of `Unauthorized` only the code is recorded (§1). */
export const badKeys = (body: 'UserNotAuthenticated' | 'Unauthorized'): Refusal =>
  body === 'Unauthorized'
    ? refusal(401, 'Unauthorized', 'You are not authorized to perform this action.')
    : refusal(401, 'ConnectWiseApi', 'UserNotAuthenticated');

/** The role behind the keys may not use this endpoint or table (§1). */
export const permissionMissing = (): Refusal =>
  refusal(403, 'Security', 'You do not have security permission to perform this action.');

/** Self-hosted, without the clientId: 403 is well supported (§1), the body is not recorded anywhere. */
export const clientIdMissing = permissionMissing;

/** Plain HTTP to the cloud; the body is documented (§1), the status is not. */
export const sslRequired = (): Refusal =>
  new Refusal(failureAnswer(403, { code: 'Security', message: 'SSL is required.', errors: null }));

/** A version in `Accept` that names no model: the real reply is not known (§13.2). */
export const notAcceptable = (version: string): Refusal =>
  refusal(406, 'ConnectWiseApi', `The version '${version}' is not supported.`);

export const endpointMissing = (): Refusal => refusal(404, 'ConnectWiseApi', 'The endpoint does not exist.');

export const recordMissing = (entity: string, id: string | number): Refusal =>
  refusal(404, 'NotFound', `${entity} ${id} not found`);

export const methodNotAllowed = (): Refusal =>
  refusal(405, 'ConnectWiseApi', 'The requested resource does not support this http method.');

/** The record is in use: the status is documented (§6.2), the body is not. */
export const conflict = (): Refusal =>
  refusal(409, 'ConnectWiseApi', 'The request could not be completed due to a conflict.');

/** IIS answers for paths outside the application (§6.2). */
export const outsideApplication = (): Refusal =>
  new Refusal(
    textAnswer(
      404,
      '<!DOCTYPE html>\r\n<html><head><title>404 - File or directory not found.</title></head>' +
        '<body><h1>Server Error</h1><h2>404 - File or directory not found.</h2></body></html>',
      'text/html',
    ),
  );

/** IIS refuses large bodies before the API sees them; its words are not recorded (§13.14). */
export const bodyTooLarge = (): Refusal =>
  new Refusal(
    textAnswer(413, '<html><head><title>413 Request Entity Too Large</title></head></html>', 'text/html'),
  );

export const uriTooLong = (): Refusal =>
  new Refusal(
    textAnswer(
      414,
      '<html><head><title>414 Request-URI Too Long</title></head><body></body></html>',
      'text/html',
    ),
  );

export const mediaTypeUnsupported = (): Refusal =>
  refusal(415, 'ConnectWiseApi', "The request entity's media type is not supported for this resource.");

/** The one failure whose key is `error` instead of `code` (§5.2). */
export const tooManyRequests = (seconds: number, sendsRetryAfter = true): Refusal =>
  new Refusal(
    failureAnswer(
      429,
      { error: 'ConnectWiseAPI', message: `Too many requests. Please try again in ${seconds} seconds.` },
      sendsRetryAfter ? { 'retry-after': String(seconds) } : {},
    ),
  );

/** A condition that the server cannot read (§3.3). */
export const badCondition = (message: string): Refusal => refusal(400, 'ApiFindCondition', message);

export const unknownName = (name: string): Refusal => badCondition(`${name} is not a recognized name.`);

/** A request that the API framework refuses, such as a body that does not deserialize. */
export const badRequest = (message: string): Refusal => refusal(400, 'ConnectWiseApi', message);

/** Some client mistakes surface as a 500 with the text of .NET (§6.2); such a failure never heals. */
export const leakedException = (message: string): Refusal => refusal(500, 'ConnectWiseApi', message);

/** Where a member stands in the request, as the server's JSON reader counts. */
export interface MemberPosition {
  readonly path: string;
  readonly line: number;
  readonly position: number;
}

/** Members that the schema does not know are refused; there is no blank before "Check" (§6.2, recorded). */
export function unknownMember(member: string, typeName: string, at: MemberPosition): Refusal {
  return badRequest(
    `Could not find member '${member}' on object of type '${typeName}'. ` +
      `Path '${at.path}', line ${at.line}, position ${at.position}.` +
      'Check your accept header to make sure you are using the correct version.',
  );
}

/** Validation of a whole record: every fault at once, named by its `/`-separated field (§6.2). */
export function invalidObject(entity: string, faults: readonly FieldFault[]): Refusal {
  const resource = entity.charAt(0).toLowerCase() + entity.slice(1);
  return new Refusal(
    failureAnswer(400, {
      code: 'InvalidObject',
      message: `${resource} object is invalid`,
      errors: faults.map(({ code, message, field }) => ({ code, message, resource, field })),
    }),
  );
}
