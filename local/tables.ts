import { IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import dynalite from 'dynalite';
import type { AwsCall } from './aws-call.ts';
import { accessKey, region } from './region.ts';
import type { TableResource } from './resources.ts';

/** DynamoDB in memory. TransactWriteItems, time to live and streams are missing in it (UnknownOperationException). */
export interface Tables {
  answer(call: AwsCall, response: ServerResponse): void;
}

/** The emulator is a server that never listens: it is handed requests whose bodies are complete, because it throws when a caller hangs up. */
export function createTables(): Tables {
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  return {
    answer: (call, response) => {
      server.emit('request', replay(call), response);
    },
  };
}

function replay({ method, url, headers, body }: AwsCall): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method, url, headers });
  request.push(body);
  request.push(null);
  return request;
}

/** Creates a table through the gateway. Throws what DynamoDB says where it refuses. */
export async function createTable(endpoint: string, table: TableResource): Promise<void> {
  const scope = `${accessKey.accessKeyId}/20260101/${region}/dynamodb/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
      'x-amz-date': '20260101T000000Z',
      // The emulator wants to see a signature and does not check it.
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify({
      TableName: table.name,
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
    }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`The table ${table.logicalId} could not be created: ${answer}`);
}
