import { afterAll, beforeAll } from 'vitest';
import { tellSearched, watchConsole } from './recorder.ts';

// Once for each test file. A worker may be ended without an `exit`, so what was searched is told before that.
beforeAll(watchConsole);
afterAll(tellSearched);
