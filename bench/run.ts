import { benchCatalogue } from './catalogue.ts';

/** `npm run bench`: every benchmark, one table each. */
benchCatalogue();
