import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Context, synthTemplate } from '../infra/template.ts';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Schedule } from '../pulls/schedule.ts';
import type { SimulatorOptions } from '../simulator/options.ts';
import { createSimulator, type Simulator } from '../simulator/server.ts';
import { type LocalStack, startStack } from './stack.ts';

export const root = join(import.meta.dirname, '..');

interface ConnectorOptions {
  readonly catalogue: Catalogue;
  /** Pulls that the stack schedules; every connection of theirs is made. */
  readonly schedules?: readonly Schedule[];
  /** How the stack is deployed, where not by its defaults. */
  readonly context?: Context;
  /** The first of three ports in a row; 0: free ones. */
  readonly port: number;
  /** Set in every function's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How large the simulated ConnectWise is, where not as it is by itself. */
  readonly size?: Pick<SimulatorOptions, 'rows' | 'tickets'>;
  readonly log: (line: string) => void;
}

/** The connector on this machine, with a simulated ConnectWise that its connection `acme` leads to. */
export interface Connector {
  readonly stack: LocalStack;
  readonly simulator: Simulator;
  /** Talks to the stack's queues. */
  readonly sqs: SQSClient;
  readonly queues: { readonly invocations: string; readonly results: string };
  close(): Promise<void>;
}

export async function startConnector(options: ConnectorOptions): Promise<Connector> {
  const { catalogue, schedules = [], context = {}, port, environment, size, log } = options;
  const simulator = await createSimulator({ catalogue, ...size, ...(port > 0 && { port: port + 2 }) });
  const stack = await startStack({
    template: synthTemplate(withCallbacks(context), schedules),
    root,
    environment: { ...environment, ALLOWED_HOSTS: new URL(simulator.url).origin },
    log,
    ...(port > 0 && { ports: { aws: port, api: port + 1 } }),
  });
  for (const name of new Set(['acme', ...schedules.map(({ connection }) => connection)]))
    await createConnection(stack, simulator, name);
  const sqs = new SQSClient(stack.client);
  return {
    stack,
    simulator,
    sqs,
    queues: { invocations: stack.queueUrl('InvocationsQueue'), results: stack.queueUrl('ResultsQueue') },
    close: async () => {
      sqs.destroy();
      await stack.close();
      await simulator.close();
    },
  };
}

/** The simulator can call back, whatever the deployment says: nobody but this machine reaches the route. */
const withCallbacks = (context: Context): Context => ({
  ...context,
  connector: { ...Object(context['connector']), callbacks: true },
});

/** A connection, as a user makes one: a secret below the prefix. */
async function createConnection(
  stack: LocalStack,
  { url, credentials }: Simulator,
  name: string,
): Promise<void> {
  const secret = { siteUrl: url, ...credentials, returnHttpFailureResponses: false };
  const client = new SecretsManagerClient(stack.client);
  const Name = `${stack.outputs['ConnectionPrefix']}${name}`;
  await client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(secret) }));
  client.destroy();
}
