import { benchCatalogue } from './catalogue.ts';
import { benchPreflight } from './preflight.ts';
import { benchPull } from './pull.ts';
import { benchSearch } from './search.ts';
import { benchSimulator } from './simulator.ts';

/** `npm run bench`: every benchmark, one table each. */
benchCatalogue();
benchPreflight();
benchSearch();
await benchSimulator();
await benchPull();
