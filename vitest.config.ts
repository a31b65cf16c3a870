import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/functions/compiled-catalogue.ts'],
    // `npm run redaction` watches what the suite puts out (cli/redaction.ts).
    setupFiles: process.env['REDACTION_REPORT'] === undefined ? [] : ['test/redaction/console.ts'],
    silent: 'passed-only',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
