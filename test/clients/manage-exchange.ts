import { createServer, type RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { inspect } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { createManage } from '../../lib/clients/manage.ts';
import type { Connection } from '../../lib/connection.ts';
import type { ManageRequest } from '../../lib/request.ts';
import type { Sent } from '../../lib/response.ts';
import type { Site } from '../../lib/site.ts';

export const acme: Connection = {
  name: 'acme',
  company: 'acme',
  siteUrl: 'unused',
  username: 'acme+AbCdEf',
  password: 'private-key-of-acme',
  clientId: '5cf0a2b9-0000',
};

export const credentials = Buffer.from(`${acme.username}:${acme.password}`).toString('base64');
export const maxResponseBytes = 100_000;

export const read: ManageRequest = {
  method: 'GET',
  path: '/service/tickets',
  query: '',
  body: { kind: 'none' },
  version: '2022.1',
  wantsBytes: false,
  writes: false,
};
export const write: ManageRequest = {
  ...read,
  method: 'POST',
  body: { kind: 'json', text: '{"summary":"x"}' },
  writes: true,
};

/** Listens on a free port until the test is over. @returns `127.0.0.1:port`. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `127.0.0.1:${address.port}`;
}

/** A site that answers with `listener`. */
export async function serve(listener: RequestListener): Promise<Site> {
  const server = createServer(listener);
  const host = await listen(server);
  onTestFinished(() => server.closeAllConnections());
  return siteOn(host);
}

export const siteOn = (host: string, scheme = 'http'): Site => ({
  baseUrl: `${scheme}://${host}/v2026_1/apis/3.0`,
  cloud: true,
});

export const manage = createManage({ maxResponseBytes, now: () => performance.now() });

/** Sends, and looks for secrets in whatever comes back, printed in every way that a log may print it. */
export async function send(site: Site, request = read, budgetMs = 10_000): Promise<Sent> {
  const sent = await manage.send(request, site, acme, budgetMs);
  const printed = JSON.stringify(sent) + inspect(sent, { depth: 20, showHidden: true });
  for (const word of [acme.password, credentials, acme.clientId]) expect(printed).not.toContain(word);
  return sent;
}

/** The status and text of an answer, or the Sent itself where there is none. */
export async function answerOf(sending: Promise<Sent>): Promise<unknown> {
  const sent = await sending;
  if (sent.kind !== 'response') return sent;
  return { status: sent.response.status, text: Buffer.from(sent.response.bytes).toString() };
}
