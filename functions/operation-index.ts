import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { writeIndex } from '../lib/catalogue/operation-index.ts';
import { type ApiAnswer, json } from './problem.ts';

/**
 * All operations at once, in rows without names, as the console searches them while somebody types: some 600 KB, which travel
 * compressed to whoever reads that.
 */
export function operationIndex({ headers }: APIGatewayProxyEventV2, catalogue: Catalogue): ApiAnswer {
  const text = writeIndex(catalogue.version, catalogue.all());
  const answer = json(200, text);
  if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return answer;
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: gzipSync(text).toString('base64'),
    isBase64Encoded: true,
  };
}
