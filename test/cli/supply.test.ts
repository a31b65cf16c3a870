import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readAudit } from '../../cli/advisories.ts';
import { isAllowed, readLicences } from '../../cli/licence.ts';

const lockOf = (license: string | undefined, dev?: boolean) => ({
  packages: { '': { license: 'MIT' }, 'node_modules/a/node_modules/b': { version: '1.0.0', license, dev } },
});

describe('licences', () => {
  test('of this project’s packages are all allowed', () => {
    const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
    const { refused, count } = readLicences(JSON.parse(lock));
    expect(refused).toEqual([]);
    expect(count).toBeGreaterThan(200);
  });

  test.each([
    ['MIT', undefined, true],
    ['MPL-2.0', true, true],
    ['MPL-2.0', undefined, false],
    ['AGPL-3.0-only', true, false],
    [undefined, true, false],
    ['SEE LICENSE IN LICENSE.md', true, false],
  ])('%s, only to build with: %j, is allowed: %j', (licence, dev, allowed) => {
    const { refused } = readLicences(lockOf(licence, dev));
    const named = { package: 'b@1.0.0', licence: licence ?? 'none', isDeployed: dev !== true };
    expect(refused).toEqual(allowed ? [] : [named]);
  });

  test.each([
    ['MIT OR GPL-3.0-or-later', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['MIT AND GPL-3.0-or-later', false],
    ['GPL-3.0-or-later OR MIT AND ISC', true],
    ['(MIT AND (ISC OR GPL-3.0))', false],
    ['', false],
  ])('%j as an expression: %j', (expression, allowed) => {
    expect(isAllowed(expression, ['MIT', 'ISC'])).toBe(allowed);
  });
});

describe('an audit', () => {
  const vulnerable = { vulnerabilities: { ky: { name: 'ky', severity: 'high', range: '<3', via: [] } } };
  test.each([
    [JSON.stringify({ auditReportVersion: 2, vulnerabilities: {}, metadata: {} }), { kind: 'clean' }],
    [JSON.stringify(vulnerable), { kind: 'vulnerable', sentences: ['ky <3: high'] }],
    [
      JSON.stringify({ message: '405 Method Not Allowed', error: {} }),
      { kind: 'unknown', why: '405 Method Not Allowed' },
    ],
    ['{}', { kind: 'unknown', why: 'npm audit printed something else' }],
    ['', { kind: 'unknown', why: 'npm audit printed no JSON' }],
  ])('that printed %s is read', (text, audit) => {
    expect(readAudit(text)).toEqual(audit);
  });
});
