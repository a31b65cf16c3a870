import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createLambda, type Lambda } from '../../local/lambda-host.ts';

const started: Lambda[] = [];
const lines: string[] = [];

function start({
  handler = 'misbehaving',
  exportName = 'handler',
  timeoutMs = 1_000,
  maxConcurrency = 2,
  environment = {},
} = {}): Lambda {
  const definition = {
    functionName: 'Tested',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Tested',
    memoryMb: 64,
    fileUrl: pathToFileURL(join(import.meta.dirname, 'handlers', `${handler}.ts`)).href,
    exportName,
    timeoutMs,
    environment,
  };
  const lambda = createLambda(definition, maxConcurrency, (line) => lines.push(line));
  started.push(lambda);
  return lambda;
}

afterEach(async () => {
  lines.length = 0;
  await Promise.all(started.splice(0).map((lambda) => lambda.close()));
});

const valueIn = async (answer: ReturnType<Lambda['invoke']>): Promise<unknown> => {
  const ended = await answer;
  return ended.succeeded ? JSON.parse(ended.text) : ended.error;
};

describe('lambda host', () => {
  test.each([
    ['throw', { errorType: 'TypeError', errorMessage: 'not like this' }],
    ['hang', { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 1.00 seconds' }],
    ['loop', { errorType: 'Sandbox.Timedout' }],
    ['exit', { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with status 7' }],
    ['reject', { errorType: 'Runtime.UnhandledError', errorMessage: 'nobody listens' }],
    ['large', { errorType: 'Function.ResponseSizeTooLarge' }],
  ])('a function that does %s fails alone', async (act, error) => {
    const lambda = start({ maxConcurrency: 1 });
    expect(await valueIn(lambda.invoke({ act }))).toMatchObject(error);
    expect(await valueIn(lambda.invoke({ act: 'count' }))).toHaveProperty('calls');
  });

  test('a function that timed out does nothing more', async () => {
    const lambda = start({ maxConcurrency: 1, timeoutMs: 300 });
    await lambda.invoke({ act: 'tick' });
    expect(lines).toContain('tick');
    await lambda.invoke({ act: 'hang' });
    const ticks = lines.length;
    await lambda.invoke({ act: 'hang' });
    expect(lines.length - ticks).toBe(1);
  });

  test('a function that fills its memory fails alone', async () => {
    const lambda = start({ maxConcurrency: 1, timeoutMs: 15_000 });
    expect(await valueIn(lambda.invoke({ act: 'fill' }))).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
    expect(await valueIn(lambda.invoke({ act: 'count' }))).toEqual({ calls: 1 });
  });

  test('an environment stays warm and runs one event at a time', async () => {
    const lambda = start({ maxConcurrency: 1 });
    const answers = await Promise.all([1, 2, 3].map(() => valueIn(lambda.invoke({ act: 'count' }))));
    expect(answers).toEqual([{ calls: 1 }, { calls: 2 }, { calls: 3 }]);
  });

  test('as many run at once as may', async () => {
    const lambda = start({ maxConcurrency: 2, timeoutMs: 400 });
    await Promise.all([1, 2].map(() => lambda.invoke({ act: 'count' })));
    const [startedAt, hangs] = [performance.now(), [1, 2, 3].map(() => lambda.invoke({ act: 'hang' }))];
    await Promise.all(hangs);
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(800);
    expect(await valueIn(lambda.invoke({ act: 'count' }))).toEqual({ calls: 1 });
  });

  test('values pass as JSON says them', async () => {
    const lambda = start();
    expect(await valueIn(lambda.invoke({ act: 'date' }))).toEqual({ date: '1970-01-01T00:00:00.000Z' });
    expect(await valueIn(lambda.invoke({ act: 'undefined' }))).toBeNull();
  });

  test('a function sees its own environment and nothing else', async () => {
    const lambda = start({ environment: { ONLY: 'this' } });
    expect(await valueIn(lambda.invoke({ act: 'environment' }))).toEqual({ ONLY: 'this' });
  });

  test('the context names the call and counts down', async () => {
    const context = await valueIn(start().invoke({ act: 'context' }));
    expect(context).toMatchObject({
      functionName: 'Tested',
      memoryLimitInMB: '64',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Tested',
      awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
      remainingMs: expect.toSatisfy((remainingMs: number) => remainingMs > 0 && remainingMs <= 1_000),
    });
  });

  test('what a function prints is one line of JSON a call', async () => {
    const lambda = start({ environment: { AWS_LAMBDA_LOG_FORMAT: 'JSON' } });
    await lambda.invoke({ act: 'print' });
    await expect.poll(() => lines.length).toBe(2);
    const [first, second] = lines.map((line): unknown => JSON.parse(line));
    expect(first).toMatchObject({
      level: 'INFO',
      message: { event: 'printed', value: 1 },
      requestId: expect.any(String),
    });
    expect(second).toMatchObject({ level: 'ERROR', message: 'plain 2' });
  });

  test('a file that cannot be loaded is an error of each call', async () => {
    const lambda = start({ handler: 'missing', maxConcurrency: 1 });
    for (const _ of [1, 2]) {
      const error = { errorMessage: expect.stringContaining('Cannot find module') };
      expect(await valueIn(lambda.invoke({}))).toMatchObject(error);
    }
    expect(await valueIn(start({ exportName: 'absent' }).invoke({}))).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
    });
  });

  test('closing ends what hangs', async () => {
    const lambda = start({ timeoutMs: 60_000, maxConcurrency: 1 });
    await lambda.invoke({ act: 'count' });
    const [hanging, waiting] = [lambda.invoke({ act: 'hang' }), lambda.invoke({ act: 'count' })];
    await lambda.close();
    expect(await valueIn(hanging)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await valueIn(waiting)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await valueIn(lambda.invoke({}))).toMatchObject({ errorType: 'Closed' });
  });
});
