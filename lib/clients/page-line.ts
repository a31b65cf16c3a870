import { createSecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { Line } from './wire.ts';

/**
 * The way of pages, which are long: undici's dispatch, without the streams that Node puts around an answer. A page of 1.4 MB costs two
 * thirds of what it does by node:https, and a fifth of what it does by fetch (bench/profiles/pull.txt). Most workers never pull, and it
 * takes some 40 ms to load, so none loads it before it does.
 */
export async function openPageLine(): Promise<Line> {
  const { Agent } = await import('undici');
  // Made once: with the certificates that are trusted it takes a millisecond, which every new connection would take.
  const agent = new Agent({ allowH2: false, connect: { secureContext: createSecureContext() } });
  return ({ origin, pathname, search }, { method, headers, body = null }, ear) => {
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => ear.started(() => controller.abort(new Error('It was given up.'))),
      onResponseStart: (_, status, found) => ear.answered(status, (name) => found[name]),
      onResponseData: (_, chunk) => ear.data(chunk),
      onResponseEnd: () => ear.ended(),
      // It does not tell whether the request has left: only some codes do.
      onResponseError: (_, error) => ear.failed(error, true),
    };
    agent.dispatch({ origin, path: `${pathname}${search}`, method, headers, body }, handler);
  };
}
