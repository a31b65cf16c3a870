import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

/** A result may wait 14 days in its queue and, redriven, 14 more: its claim must outlive both. */
const expiration = Duration.days(30);
const abortIncompleteMultipartUploadAfter = Duration.days(1);
/** A checkpoint is forgotten after 90 days without a pull (lib/pull/checkpoint.ts), and DynamoDB takes some days about it. */
const snapshotExpiration = Duration.days(100);

/**
 * Where responses lie that are too large for a message, the files of pulls, and what checkpoints remember. Removing the stack
 * leaves it: results may still claim its objects.
 */
export function createClaimsBucket(scope: Construct, { exportRetentionDays }: Deployment): Bucket {
  const bucket = new Bucket(scope, 'Claims', {
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    // An object is only replaced by itself, or by the same page when it had to be taken again: versions would only cost.
    versioned: false,
    lifecycleRules: [
      { prefix: 'results/', expiration, abortIncompleteMultipartUploadAfter },
      {
        prefix: 'exports/',
        expiration: Duration.days(exportRetentionDays),
        abortIncompleteMultipartUploadAfter,
      },
      { prefix: 'checkpoints/', expiration: snapshotExpiration, abortIncompleteMultipartUploadAfter },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Access logs would be a second bucket of names and times to protect; who needs an audit of reads turns on CloudTrail data events for this bucket.',
  });
  return bucket;
}
