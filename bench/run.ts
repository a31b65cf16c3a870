import { benchCatalogue } from './catalogue.ts';
import { benchSimulator } from './simulator.ts';

/** `npm run bench`: every benchmark, one table each. */
benchCatalogue();
await benchSimulator();
