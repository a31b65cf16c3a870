import { createServer } from 'node:http';

/** A callback as it came in. */
export interface Received {
  /** The path with its query. */
  readonly url: string;
  readonly signature: string | undefined;
  readonly body: string;
}

/** Takes callbacks on 127.0.0.1 and keeps them; answers the given statuses in turn, then 204. A status of 0 never answers. */
export async function openReceiver(statuses: readonly number[] = []) {
  const received: Received[] = [];
  const left = [...statuses];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const signature = request.headers['x-content-signature'];
    received.push({
      url: request.url ?? '',
      signature: typeof signature === 'string' ? signature : undefined,
      body: Buffer.concat(chunks).toString(),
    });
    const status = left.shift() ?? 204;
    if (status > 0) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook?recordId=`,
    received,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
