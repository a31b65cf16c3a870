import type { Stage } from './stage.ts';

/** A call of somebody who uses the same ConnectWise, and nothing of the connector. */
export function callDirectly(
  method: string,
  path: string,
  { simulator }: Stage,
  body?: unknown,
): Promise<Response> {
  const { username, password, clientId } = simulator.credentials;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return fetch(`${simulator.url}/v4_6_release/apis/3.0${path}`, {
    method,
    headers: { authorization, clientId, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
