import { createDice } from '../dice.ts';
import type { Settings } from '../options.ts';
import { guid } from '../words.ts';
import { versionOf } from './discovery.ts';

/** Headers that every reply carries (§6.3); `count` is the reply's number, which makes its correlation id. */
export function replyHeaders(codebase: string, count: number, settings: Settings): Record<string, string> {
  const dice = createDice(settings.seed, 'x-cw-request-id', count);
  return {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    server: 'Microsoft-IIS/10.0',
    'x-aspnet-version': '4.0.30319',
    'x-powered-by': 'ASP.NET',
    'x-server-name': 'SIMULATOR-01',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    // The server's version, whatever model was asked for (§2.3).
    'api-current-version': versionOf(codebase),
    'x-cw-request-id': guid(dice),
    ...(settings.mode === 'cloud' ? cloudFrontHeaders(guid(dice)) : {}),
  };
}

/** What the CDN before the cloud's gateway adds; a self-hosted server has none of it. */
function cloudFrontHeaders(id: string): Record<string, string> {
  return {
    'x-cache': 'Miss from cloudfront',
    via: '1.1 simulator.cloudfront.net (CloudFront)',
    'x-amz-cf-pop': 'SIM50-P1',
    'x-amz-cf-id': Buffer.from(id).toString('base64url'),
  };
}
