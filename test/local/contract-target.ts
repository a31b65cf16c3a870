import { startGateway } from '../../local/gateway.ts';
import { accessKey, region } from '../../local/region.ts';

/** What the SDK clients of a contract test are made with: the emulators, or AWS itself with `CONTRACT_ENDPOINT=aws`. */
export interface ContractTarget {
  readonly client: object;
  /** Makes names that no other run uses. */
  readonly name: (base: string) => string;
  close(): Promise<void>;
}

export const againstAws = process.env['CONTRACT_ENDPOINT'] === 'aws';

export async function startContractTarget(): Promise<ContractTarget> {
  const run = Date.now().toString(36);
  const name = (base: string) => `contract-${run}-${base}`;
  if (againstAws) return { client: {}, name, close: async () => undefined };
  const gateway = await startGateway({ now: Date.now, log: (line) => console.error(line) });
  return {
    client: { endpoint: gateway.endpoint, region, credentials: accessKey },
    name,
    close: gateway.close,
  };
}
