import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Answers as the path's last segment says, else with the event. */
export async function handler(event: APIGatewayProxyEventV2): Promise<unknown> {
  switch (event.pathParameters?.['how']) {
    case 'structured':
      return { statusCode: 201, headers: { 'X-Own': 'a' }, cookies: ['a=1; Path=/', 'b=2'], body: 'made' };
    case 'binary':
      return {
        statusCode: 200,
        headers: { 'content-type': 'image/png' },
        body: 'AP8Q',
        isBase64Encoded: true,
      };
    case 'plain':
      return 'just text';
    case 'malformed':
      return { statusCode: 'fine' };
    case 'bad-body':
      return { statusCode: 200, body: { not: 'text' } };
    case 'bad-header':
      return { statusCode: 200, headers: { 'x-own': 'a\nb' } };
    case 'throw':
      throw new Error('secret reason');
    case 'large':
      return { statusCode: 200, body: 'x'.repeat(6_300_000) };
    case 'slow':
      return new Promise(() => undefined);
    default:
      return event;
  }
}
