import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * The credentials and the region of this shell, found the way the SDK finds them: environment, profile, single sign-on, role.
 * A client's own settings have them, so no package is needed for that.
 */
export function awsAccess() {
  const { credentials, region, sha256 } = new SQSClient({}).config;
  return { credentials, region, sha256 };
}
