import { readWhereabouts, type Whereabouts } from '../local/whereabouts.ts';
import { type Api, createApi, plainFetch } from './api.ts';
import { CommandFailed } from './ending.ts';

/** What SDK clients are made with: a region alone means the credentials of this shell. */
export interface AwsSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A connector that runs somewhere, and how to reach it. */
export interface Place {
  /** For sentences: `the local stack`, `the stack ManageConnector`. */
  readonly name: string;
  readonly api: Api;
  readonly aws: AwsSettings;
  /** Of the stack, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly invocationQueueUrl: string;
  readonly resultQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly connectionPrefix: string;
  /** Where ConnectWise calls back; undefined where the stack takes no callbacks. */
  readonly callbackUrl: string | undefined;
  /** Where connections may lead besides ConnectWise's cloud, as far as it is known from here. */
  readonly allowedHosts: readonly string[];
  /** The file that the functions print to; only the local stack has one. */
  readonly logFile: string | undefined;
}

interface PlaceOptions {
  /** A deployed stack; the local one where there is none. */
  readonly stack?: string | undefined;
  /** A token for an API that is authorised by JWT. */
  readonly token?: string | undefined;
}

/** @param localFile where `npm start` says where it is. @throws CommandFailed where no connector is found. */
export async function findPlace({ stack, token }: PlaceOptions, localFile: string): Promise<Place> {
  if (stack !== undefined) return deployed(stack, token);
  const whereabouts = readWhereabouts(localFile);
  if (whereabouts) return localPlace(whereabouts);
  throw new CommandFailed(
    'unreachable',
    'No local stack runs here. Start it with npm start, or name a deployed one: --stack NAME.',
  );
}

function localPlace({ apiUrl, aws, outputs, allowedHosts, log }: Whereabouts): Place {
  const name = 'the local stack';
  const api = createApi(apiUrl, plainFetch, name);
  return { name, api, aws, outputs, ...queuesIn(outputs, name), allowedHosts, logFile: log };
}

async function deployed(stack: string, token: string | undefined): Promise<Place> {
  // Loading the SDK takes time, which a command on this machine and every Tab would feel.
  const { signedFetch } = await import('./signing.ts');
  const { awsAccess } = await import('./clients/access.ts');
  const { stackOutputs } = await import('./stack-outputs.ts');
  const name = `the stack ${stack}`;
  const region = await regionOf(awsAccess());
  const outputs = await stackOutputs(stack, region);
  const send = token === undefined ? signedFetch('execute-api') : plainFetch;
  const api = createApi(outputIn(outputs, 'ApiUrl', name), send, name, token);
  const aws = { region };
  return { name, api, aws, outputs, ...queuesIn(outputs, name), allowedHosts: [], logFile: undefined };
}

async function regionOf({ region }: { readonly region: () => Promise<string> }): Promise<string> {
  try {
    return await region();
  } catch {
    throw new CommandFailed(
      'unreachable',
      'No AWS region is set. Set AWS_REGION, or AWS_PROFILE to a profile that has one.',
    );
  }
}

function queuesIn(outputs: Readonly<Record<string, string>>, name: string) {
  return {
    invocationQueueUrl: outputIn(outputs, 'InvocationQueueUrl', name),
    resultQueueUrl: outputIn(outputs, 'ResultQueueUrl', name),
    deadLetterQueueUrl: outputIn(outputs, 'DeadLetterQueueUrl', name),
    connectionPrefix: outputIn(outputs, 'ConnectionPrefix', name),
    callbackUrl: outputs['CallbackUrl'],
  };
}

function outputIn(outputs: Readonly<Record<string, string>>, output: string, name: string): string {
  const value = outputs[output];
  if (value !== undefined) return value;
  throw new CommandFailed('unreachable', `${name} has no output ${output}, so it is no Manage Connector.`);
}
