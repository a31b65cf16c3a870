/** List prices of us-east-1 in dollars, arm64, of 2026; no free tier. */
const price = { request: 0.2e-6, gbSecond: 0.0000133334, sqsRequest: 0.4e-6 };
/** The share of a processor that Lambda gives: all of one at 1,769 MB. */
const wholeProcessorMb = 1_769;
/** What is waited for: ConnectWise, which answers ten calls at a time, and the send of their results. */
const waitMs = { manage: 150, send: 10 };

export interface Bill {
  readonly memoryMb: number;
  /** How long a batch of ten takes. */
  readonly batchMs: number;
  /** Dollars for a million messages: Lambda and SQS. What DynamoDB, S3 and logs add is told beside it. */
  readonly dollars: number;
}

/**
 * What a million messages in batches of ten would cost, by the function's memory: waiting costs memory, and less memory makes the
 * CPU's work longer.
 * @param cpuMs of one message, on a whole processor.
 */
export function billsOf(cpuMs: number): readonly Bill[] {
  return [128, 256, 512, 1_024, 1_769].map((memoryMb) => {
    const share = Math.min(1, memoryMb / wholeProcessorMb);
    const batchMs = waitMs.manage + waitMs.send + (10 * cpuMs) / share;
    const batches = 1_000_000 / 10;
    const duration = batches * (batchMs / 1_000) * (memoryMb / 1_024) * price.gbSecond;
    // Ten messages are received, deleted and answered with one request each.
    return { memoryMb, batchMs, dollars: duration + batches * (price.request + 3 * price.sqsRequest) };
  });
}
