import * as z from 'zod/mini';

/** What goes back over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | string;
}

const structuredSchema = z.object({
  statusCode: z.pipe(z.union([z.int(), z.string().check(z.regex(/^\d{3}$/))]), z.transform(Number)),
  headers: z.optional(z.nullable(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))),
  cookies: z.optional(z.nullable(z.array(z.string()))),
  body: z.optional(z.nullable(z.string())),
  isBase64Encoded: z.optional(z.nullable(z.boolean())),
});

/** An error of API Gateway itself. */
export const gatewayError = (status: number, message: string): HttpAnswer => {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
};

/**
 * What an HTTP API makes of a function's answer: one with a statusCode says everything itself, any other value is the
 * body of a 200. One that cannot be read is a 500.
 * @param text the answer in JSON.
 */
export function httpAnswer(text: string): HttpAnswer {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const body = typeof value === 'string' ? value : text;
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const parsed = structuredSchema.safeParse(value);
  if (!parsed.success || parsed.data.statusCode < 200 || parsed.data.statusCode > 599) {
    return gatewayError(500, 'Internal Server Error');
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const given = Object.entries(headers ?? {}).map(([name, header]) => [name.toLowerCase(), String(header)]);
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(given),
      ...(cookies && cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}
