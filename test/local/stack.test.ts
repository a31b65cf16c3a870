import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { leftIn, startWork, take } from './work.ts';

const dynamo = async (endpoint: string, action: string, input: object): Promise<unknown> => {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${action}`,
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a',
    },
    body: JSON.stringify(input),
  });
  return response.json();
};

describe('local stack', () => {
  test('buckets and tables of the template are there', async () => {
    const { stack } = await startWork({ handler: 'echo' });
    const s3 = new S3Client(stack.client);
    const object = { Bucket: stack.bucketName('Claims'), Key: 'a' };
    await s3.send(new PutObjectCommand({ ...object, Body: 'kept' }));
    expect(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString()).toBe('kept');

    const put = {
      TableName: 'Journal',
      Item: { pk: { S: 'a' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    };
    expect(await dynamo(stack.awsEndpoint, 'PutItem', put)).toEqual({});
    expect(await dynamo(stack.awsEndpoint, 'PutItem', put)).toMatchObject({
      __type: expect.stringContaining('ConditionalCheckFailedException'),
    });
    const get = { TableName: 'Journal', Key: { pk: { S: 'a' } } };
    expect(await dynamo(stack.awsEndpoint, 'GetItem', get)).toEqual({ Item: { pk: { S: 'a' } } });
    await stack.close();
  });

  test('a caller that hangs up does not end the gateway', async () => {
    const { stack } = await startWork({ handler: 'echo' });
    const gone = new AbortController();
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{'));
        gone.abort();
      },
    });
    const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    const hungUp = fetch(stack.awsEndpoint, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
      signal: gone.signal,
    });
    await expect(hungUp).rejects.toThrow();
    expect(await dynamo(stack.awsEndpoint, 'ListTables', {})).toEqual({ TableNames: ['Journal'] });
    await stack.close();
  });

  test('a function is told where the stack is, and what Lambda would tell', async () => {
    const { stack } = await startWork({ handler: 'environment', routes: ['GET /'] });
    const environment = await (await fetch(stack.apiUrl)).json();
    expect(environment).toMatchObject({
      ...stack.environment,
      AWS_ENDPOINT_URL: stack.awsEndpoint,
      AWS_LAMBDA_FUNCTION_NAME: 'Function',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      DONE_URL: stack.outputs['DoneUrl'],
      BUCKET: 'claims',
    });
    expect(environment).not.toHaveProperty('PATH');
    await stack.close();
  });

  test('a schedule puts its message on the queue once schedules are started', async () => {
    const schedule = { expression: 'rate(1 hour)', body: 'run of <aws.scheduler.scheduled-time>' };
    const work = await startWork({ handler: 'echo', schedule });
    expect(await leftIn(work, 'Work')).toBe(0);
    const startedAtMs = Date.parse('2026-11-25T16:00:30.5Z');
    work.stack.startSchedules(({ expression }) => {
      expect(expression).toBe('rate(1 hour)');
      let times = [startedAtMs];
      return () => {
        const [next, ...rest] = times;
        times = rest;
        return next;
      };
    });
    expect(await take(work, 'Work', 1, 10_000)).toEqual(['run of 2026-11-25T16:00:30Z']);
    await work.stack.close();
  });

  test('a logical id is found by how it begins, if only one does', async () => {
    const { stack } = await startWork({ handler: 'echo' });
    expect(stack.queueUrl('Wor')).toBe(`${stack.awsEndpoint}/000000000000/Work`);
    expect(() => stack.queueUrl('D')).toThrow('D names more than one of Work, Dead, Done.');
    expect(() => stack.bucketName('Other')).toThrow('Other names none of Claims.');
    await stack.close();
  });

  test('a queue that hides messages too shortly is refused', async () => {
    const starting = startWork({ handler: 'echo', timeoutSeconds: 3, source: { batchSize: 1 } });
    await expect(starting).rejects.toThrow(
      "The visibility timeout of Work (2 s) is shorter than the function's timeout (3 s). Make it at least as long.",
    );
  });
});
