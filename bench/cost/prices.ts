/** Where and when these stood in AWS's price lists, as far as we know: nobody asked AWS's price API. Check yours. */
export const listed = { region: 'us-east-1', on: '2026-11-25' } as const;

/** Dollars, without free tiers and discounts for volume. Functions are arm64, tables on demand, queues standard. */
export const price = {
  lambdaRequest: 0.2e-6,
  lambdaGbSecond: 0.0000133334,
  sqsRequest: 0.4e-6,
  tableWrite: 0.625e-6,
  tableRead: 0.125e-6,
  /** Storage, and the backup of any moment that infra/state-table.ts turns on. */
  tableGbMonth: 0.25 + 0.2,
  secretMonth: 0.4,
  secretRead: 5e-6,
  objectPut: 5e-6,
  objectGet: 0.4e-6,
  objectGbMonth: 0.023,
  /** Taking a GB in, and keeping what is left of it when packed, for a month. */
  logGb: 0.5 + 0.15 * 0.03,
  apiRequest: 1e-6,
  schedule: 1e-6,
  sentGb: 0.09,
} as const;

/** The share of a processor that Lambda gives: all of one at 1,769 MB. */
export const wholeProcessorMb = 1_769;
