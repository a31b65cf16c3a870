import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkClaim } from '../../lib/claim.ts';
import { createObjects } from '../../lib/clients/objects.ts';
import type { Result } from '../../lib/result.ts';
import { accessKey, region } from '../../local/region.ts';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());
beforeEach(() => {
  connector.doors.takeResults();
});
