import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { splitUrl } from './request-url.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A server that listens on this machine alone. */
interface Listening {
  /** `http://127.0.0.1:port`; by number, since with a name the SDK would put buckets before it. */
  readonly url: string;
  /** Sets who answers; until then it is nobody (503), because what answers may have to know the URL. */
  serve(handler: Handler): void;
  /** Ends open connections too: clients keep idle ones for as long as they like. */
  close(): Promise<void>;
}

/**
 * @param port a free one unless told. Rejects where it is taken.
 * @param log is told of what a handler throws; the caller hears 500.
 */
export async function listenLocally(
  port: number | undefined,
  log: (line: string) => void,
): Promise<Listening> {
  let handle: Handler = async (_, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => {
    if (isForeign(request)) return void response.writeHead(403).end('Only this machine is answered.\n');
    const call = `${request.method} ${request.headers['x-amz-target'] ?? splitUrl(request.url ?? '/').path}`;
    handle(request, response).catch((error: unknown) => {
      // A caller that was ended in the middle of its request is no fault, and hears nothing.
      if (request.complete) log(`${call} failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    serve: (handler) => {
      handle = handler;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A page of the web, open in a browser on this machine, must not run invocations: neither by a form nor by a name that it leads here. */
function isForeign({ headers }: IncomingMessage): boolean {
  const { hostname } = URL.parse(`http://${headers.host}`) ?? { hostname: '' };
  return !['127.0.0.1', 'localhost'].includes(hostname) || headers['sec-fetch-site'] === 'cross-site';
}
