import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { ReadSecret } from '../connection.ts';

/** Errors that stay until somebody changes something: asking again would only delay the answer. */
const lasting: Readonly<Record<string, string>> = {
  AccessDeniedException: 'this function is not allowed to read it',
  DecryptionFailure: 'it could not be decrypted',
  InvalidRequestException: 'it is scheduled for deletion',
  InvalidParameterException: 'its name is not valid',
};

/** Reads secrets by connection name. What AWS says of an error is not passed on, but for its name. */
export function createCredentials(prefix: string, config: SecretsManagerClientConfig) {
  const client = new SecretsManagerClient(config);
  return async (connection: string): Promise<ReadSecret> => {
    try {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId: `${prefix}${connection}` }),
      );
      if (SecretString !== undefined) return { found: true, text: SecretString };
      return refuse(
        'invalid_connection',
        `The secret of connection '${connection}' is binary; it must be text (JSON).`,
      );
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown error';
      if (name === 'ResourceNotFoundException') {
        return refuse(
          'unknown_connection',
          `There is no connection '${connection}': no secret is named ${prefix}${connection}.`,
        );
      }
      const why = lasting[name];
      if (why !== undefined)
        return refuse(
          'invalid_connection',
          `The secret of connection '${connection}' cannot be read: ${why} (${name}).`,
        );
      const message = `The secret of connection '${connection}' could not be read just now (${name}).`;
      return { found: false, failure: { reason: 'secret_unavailable', message }, passing: true };
    }
  };
}

const refuse = (reason: string, message: string): ReadSecret => ({
  found: false,
  failure: { reason, message },
  passing: false,
});
