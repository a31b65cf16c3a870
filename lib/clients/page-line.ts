import { createSecureContext } from 'node:tls';
import type { Client, Dispatcher } from 'undici';
import type { Line } from './wire.ts';

/**
 * The way of pages, which are long: undici's dispatch, without the streams that Node puts around an answer. A page of 1.4 MB costs two
 * thirds of what it does by node:https, and a fifth of what it does by fetch (bench/profiles/pull.txt). Most workers never pull, and it
 * takes some 40 ms to load, so none loads it before it does.
 */
export async function openPageLine(): Promise<Line> {
  const { Client } = await import('undici');
  // Made once: with the certificates that are trusted it takes a millisecond, which every new connection would take.
  const connect = { secureContext: createSecureContext() };
  const idle = new Map<string, Client[]>();
  const idleOf = (origin: string): Client[] => {
    const known = idle.get(origin) ?? [];
    idle.set(origin, known);
    return known;
  };
  return ({ origin, pathname, search }, { method, headers, body = null }, ear) => {
    const clients = idleOf(origin);
    // Each carries one call at a time. It would take two, and so does not wait for a turn of the event loop between two, as undici's
    // pools do: with ten pages on their way these are 4 ms a page.
    const client = clients.pop() ?? new Client(origin, { allowH2: false, pipelining: 2, connect });
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => ear.started(() => controller.abort(new Error('It was given up.'))),
      onResponseStart: (_, status, found) => ear.answered(status, (name) => found[name]),
      onResponseData: (_, chunk) => ear.data(chunk),
      onResponseEnd: () => {
        clients.push(client);
        ear.ended();
      },
      onResponseError: (_, error) => {
        clients.push(client);
        // It does not tell whether the request has left: only some codes do.
        ear.failed(error, true);
      },
    };
    client.dispatch({ origin, path: `${pathname}${search}`, method, headers, body }, handler);
  };
}
