import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { AwsSettings } from '../place.ts';

/** Stores a secret's text under a name, over what is there. @returns whether it is new. */
export async function storeSecret(
  aws: AwsSettings,
  name: string,
  text: string,
): Promise<'created' | 'replaced'> {
  const client = new SecretsManagerClient(aws);
  try {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: text }));
    return 'replaced';
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    await client.send(new CreateSecretCommand({ Name: name, SecretString: text }));
    return 'created';
  } finally {
    client.destroy();
  }
}
