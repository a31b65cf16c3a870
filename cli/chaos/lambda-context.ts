import type { Context } from 'aws-lambda';

/** What Lambda hands a function beside its event. */
export function contextOf(awsRequestId: string, getRemainingTimeInMillis: () => number): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'chaos',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:chaos',
    memoryLimitInMB: '512',
    awsRequestId,
    logGroupName: 'chaos',
    logStreamName: 'chaos',
    getRemainingTimeInMillis,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
