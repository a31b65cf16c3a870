import type { ManageRequest, RequestBody } from './request.ts';

/** The headers that are no secret. The client adds the credentials; a form brings its own content type, with its boundary. */
export function openHeaders({
  body,
  version,
  wantsBytes,
  forwardOnly,
}: ManageRequest): Record<string, string> {
  const model = `application/vnd.connectwise.com+json; version=${version}, application/json`;
  return {
    accept: wantsBytes ? `${model}, */*` : model,
    ...(body.kind === 'json' && { 'content-type': 'application/json' }),
    ...(forwardOnly && { 'pagination-type': 'forward-only' }),
  };
}

/** A request as a person reads it: what would be sent, but for the credentials and the bytes of files. */
export function rendered(request: ManageRequest): object {
  const { method, path, query, body } = request;
  return { method, path, query, headers: openHeaders(request), ...renderedBody(body) };
}

function renderedBody(body: RequestBody): { readonly body?: unknown } {
  if (body.kind === 'none') return {};
  if (body.kind === 'json') return { body: JSON.parse(body.text) };
  const parts = body.parts.map((part) => {
    if ('value' in part) return part;
    const { bytes, ...rest } = part;
    return { ...rest, bytes: bytes.length };
  });
  return { body: parts };
}
