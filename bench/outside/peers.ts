import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import ky from 'ky';
import { account, authorization } from './account.ts';
import { connectwiseRestAt } from './connectwise-rest.ts';

/** What a message of ten would be, were the connector not there: the calls alone, as each library's README shows them. */
export interface Peers {
  /** A ticket by ky alone, parsed. */
  ky(id: number): Promise<unknown>;
  /** The same by connectwise-rest 1.3.0. */
  connectwiseRest(id: number): Promise<unknown>;
  sendOne(result: unknown): Promise<void>;
  sendAll(results: readonly unknown[]): Promise<void>;
}

/** @param environment as outside.ts makes it: where the servers are. */
export function createPeers(siteUrl: string, environment: NodeJS.ProcessEnv): Peers {
  const client = ky.create({ headers: { authorization, clientId: account.clientId } });
  const { ServiceAPI } = connectwiseRestAt(siteUrl);
  const sqs = new SQSClient({});
  const QueueUrl = environment['RESULT_QUEUE_URL'] ?? '';
  return {
    ky: (id) => client.get(`${siteUrl}/v4_6_release/apis/3.0/service/tickets/${id}`).json(),
    connectwiseRest: (id) => ServiceAPI.getServiceTicketsById(id),
    sendOne: async (result) => {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(result) }));
    },
    sendAll: async (results) => {
      const Entries = results.map((it, place) => ({ Id: String(place), MessageBody: JSON.stringify(it) }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    },
  };
}
