import { benchCatalogue } from './catalogue.ts';
import { benchChain } from './chain.ts';
import { benchPage } from './page.ts';
import { benchPreflight } from './preflight.ts';
import { benchPull } from './pull.ts';
import { print } from './report.ts';
import { benchSearch } from './search.ts';
import { benchSimulator } from './simulator.ts';

/** `npm run bench`: every benchmark, one table each. */
benchCatalogue();
benchPreflight();
benchSearch();
await benchSimulator();
for (const bench of [benchPull, benchChain, benchPage]) print(await bench());
