import { spawnSync } from 'node:child_process';
import { readAudit } from './advisories.ts';

/**
 * `npm run audit`: asks the registry for advisories about what is deployed, and ends with 1 where there are some. A registry
 * that cannot be asked stops nothing: it says so, and ends with 0.
 */
const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev'], { encoding: 'utf8', timeout: 60_000 });
const audit = readAudit(stdout ?? '');
switch (audit.kind) {
  case 'clean':
    console.log('✓ No advisory is known about what is deployed.');
    break;
  case 'vulnerable':
    for (const sentence of audit.sentences) console.error(`✗ ${sentence}`);
    process.exitCode = 1;
    break;
  case 'unknown':
    console.error(
      `!!! NOT AUDITED: the registry could not be asked for advisories (${audit.why}). Nothing is known.`,
    );
}
