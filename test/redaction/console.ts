import { channel } from 'node:diagnostics_channel';
import { afterAll, beforeAll } from 'vitest';

// Imported, the recorder would be there a second time: vitest has modules of its own. So it is told.
const recorder = channel('redaction');
// Once for each test file. A worker may be ended without an `exit`, so what was searched is told before that.
beforeAll(() => recorder.publish('file begins'));
afterAll(() => recorder.publish('file ends'));
