import type { Usage } from './usage.ts';

/** CloudWatch Logs bills so many bytes beside each line. */
const lineExtraBytes = 26;
/** What Lambda adds to an object that is logged, and its own two lines for each invocation, as its guide shows them. */
const envelope = {
  timestamp: '2026-01-01T00:00:00.000Z',
  level: 'INFO',
  requestId: '00000000-0000-4000-8000-000000000000',
};
const platform = [
  {
    time: '2026-01-01T00:00:00.000Z',
    type: 'platform.start',
    record: { requestId: envelope.requestId, version: '$LATEST' },
  },
  {
    time: '2026-01-01T00:00:00.000Z',
    type: 'platform.report',
    record: {
      requestId: envelope.requestId,
      metrics: {
        durationMs: 194.123,
        billedDurationMs: 195,
        memorySizeMB: 512,
        maxMemoryUsedMB: 140,
      },
      status: 'success',
    },
  },
];

const bytesOf = (line: unknown): number => Buffer.byteLength(JSON.stringify(line)) + lineExtraBytes;

/** What the lines that Lambda writes itself take, for one invocation. */
export const platformBytes = platform.reduce((sum, line) => sum + bytesOf(line), 0);

/** Counts what is logged meanwhile, in place of printing it. */
export async function countingLog<T>(usage: Usage, run: () => Promise<T>): Promise<T> {
  const { info, error } = console;
  const count = (message: unknown) => {
    usage.logBytes += bytesOf({ ...envelope, message });
  };
  Object.assign(console, { info: count, error: count });
  try {
    return await run();
  } finally {
    Object.assign(console, { info, error });
  }
}
