import { type Answer, jsonAnswer } from '../answer.ts';
import { outsideApplication } from '../failures.ts';
import type { Json } from '../json.ts';
import { releaseCodebase, type Settings } from '../options.ts';
import { same } from './credentials.ts';

/** The version that a server reports whose codebase does not name one. */
const releaseVersion = '2026.1';

/** `v2026_1/` is version `2026.1` (§2.2). */
export const versionOf = (codebase: string): string =>
  /^v(\d{4}_\d+)\/$/.exec(codebase)?.[1]?.replace('_', '.') ?? releaseVersion;

/** Answers discovery, which asks no one for keys: an unknown company is 200 `null` (§2.2). */
export function discoveryAnswer(company: string, host: string, codebase: string, settings: Settings): Answer {
  if (!same(company, settings.company)) {
    if (settings.unknownCompany === 'not-found') throw outsideApplication();
    return jsonAnswer(200, null);
  }
  const isCloud = settings.mode === 'cloud';
  const info: Json = {
    CompanyName: 'Simulated Company',
    Codebase: codebase,
    VersionCode: `v${codebase === releaseCodebase ? releaseVersion : versionOf(codebase)}`,
    VersionNumber: 'v4.6.99999',
    CompanyID: settings.company,
    IsCloud: settings.isCloudAs === 'text' ? (isCloud ? 'True' : 'False') : isCloud,
    SiteUrl: host,
    AllowedOrigins: [],
  };
  return jsonAnswer(200, info);
}
