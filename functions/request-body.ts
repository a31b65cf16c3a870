import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type ApiAnswer, problem } from './problem.ts';

/**
 * The text of a call's body. Its size is looked at before it is decoded or parsed, either of which costs a multiple of it.
 * @param maxBytes what the route takes.
 */
export function bodyText(
  { body = '', isBase64Encoded }: APIGatewayProxyEventV2,
  maxBytes: number,
): { readonly text: string } | ApiAnswer {
  const bytes = Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes > maxBytes) {
    const detail = `The body has ${bytes} bytes; at the most ${maxBytes} are taken. Nothing was done.`;
    return problem({ reason: 'body_too_large', detail });
  }
  return { text: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body };
}
