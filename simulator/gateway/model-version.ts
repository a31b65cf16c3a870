import { notAcceptable } from '../failures.ts';
import type { Settings } from '../options.ts';

/** Which model a request asks for by `Accept: application/vnd.connectwise.com+json; version=…` (§2.3). */
export type Model = 'latest' | 'before-2019.3';

/** Whether a version comes before 2019.3: the old `3.0.0`, and the first two of 2019. */
function isBeforeSplit(version: string): boolean {
  const [, year = '0', release = '0'] = /^(\d{4})\.(\d+)$/.exec(version) ?? [];
  return version === '3.0.0' || Number(year) < 2019 || (Number(year) === 2019 && Number(release) < 3);
}

/** The model of an Accept header; one without a version, or with `application/json`, means the latest. */
export function modelOf(accept: string | undefined, { junkVersion }: Settings): Model {
  const version = /application\/vnd\.connectwise\.com\+json\s*;\s*version=\s*"?([^\s;,"]*)/i.exec(
    accept ?? '',
  )?.[1];
  if (version === undefined) return 'latest';
  if (/^(3\.0\.0|20\d\d\.\d{1,2})$/.test(version)) return isBeforeSplit(version) ? 'before-2019.3' : 'latest';
  if (junkVersion === 'not-acceptable') throw notAcceptable(version);
  return 'latest';
}
