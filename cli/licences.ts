import { readFileSync } from 'node:fs';
import { readLicences } from './licence.ts';

/** `npm run licences`: ends with 1 where a package has a licence that is not on the list of cli/licence.ts. Needs no network. */
const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const { refused, count } = readLicences(JSON.parse(lock));
for (const { package: name, licence, isDeployed } of refused)
  console.error(
    `✗ ${name} is licensed ${licence}, which is not allowed ${isDeployed ? 'in what is deployed' : 'here'}.`,
  );
if (refused.length === 0) console.log(`✓ ${count} packages, each with a licence that is allowed.`);
else process.exitCode = 1;
