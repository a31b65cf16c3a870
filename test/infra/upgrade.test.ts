import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createUnbundledApp } from '../../infra/template.ts';
import { schedules } from './schedules.ts';
import { type Resource, resourcesOf, synthesise, type Template } from './synthesised.ts';

const folder = mkdtempSync(join(tmpdir(), 'manage-connector-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };
const full = {
  jwt,
  console: true,
  callbacks: true,
  connections: { acme: { maxCallsPerMinute: 60 }, contoso: {} },
  domain: {
    name: 'connector.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0123-4567-89ab',
  },
  vpc: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
};

const plain = synthesise();
const everything = synthesise(full, schedules);

/** What CloudFormation cannot change in place, of the resources whose replacement would lose something or change an address. */
const unchangeable: Readonly<Record<string, readonly string[]>> = {
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'AttributeDefinitions'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::ApiGatewayV2::DomainName': ['DomainName'],
  'AWS::Scheduler::Schedule': ['Name'],
  'AWS::Scheduler::ScheduleGroup': ['Name'],
};

/** A line a resource: what would be another resource if it changed, and nothing else of it. */
function identityOf([id, { Type, Properties }]: readonly [string, Resource]): string {
  const fixed = (unchangeable[Type] ?? [])
    .filter((name) => name in Properties)
    .map((name) => ` ${name}=${JSON.stringify(Properties[name])}`);
  return `${Type} ${id}${fixed.join('')}`;
}

const identitiesOf = ({ Resources }: Template) =>
  `${Object.entries(Resources).map(identityOf).sort().join('\n')}\n`;

describe('an upgrade', () => {
  // Changed on purpose: `npx vitest run test/infra/upgrade.test.ts -u`, and a line in docs/upgrading.md for who has it deployed.
  test('replaces nothing: each resource keeps its id, and what cannot be changed in place', async () => {
    await expect(identitiesOf(everything)).toMatchFileSnapshot('resources.txt');
  });

  test('finds in a deployment with everything all that a plain one has, under the same ids', () => {
    const ids = Object.keys(everything.Resources);
    // An authoriser by JWT is a resource; one by IAM is none. Schedules, console and domain come on top.
    expect(ids).toEqual(expect.arrayContaining(Object.keys(plain.Resources)));
  });

  test('gives a stack of another name the same ids, so that they can be compared', () => {
    const ids = Object.keys(synthesise({ stackName: 'Erp' }).Resources);
    // CDK makes the id of an event source of the path of its queue, in which the stack's name stands.
    const masked = (id: string) => id.replace(/(?<=EventSource).*/, '');
    expect(ids.map(masked)).toEqual(Object.keys(plain.Resources).map(masked));
  });

  test.each(['AWS::DynamoDB::Table', 'AWS::S3::Bucket'])(
    '%s outlives the stack, and its own replacement',
    (type) => {
      for (const [, resource] of resourcesOf(everything, type))
        expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    },
  );

  test.each(resourcesOf(everything, 'AWS::SQS::Queue'))(
    '%s stays where another takes its place, and goes with the stack, whose name it has',
    (_, queue) => {
      expect(queue).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Retain' });
    },
  );

  test('cannot delete the journal, which can be taken back to any second', () => {
    for (const [, { Properties }] of resourcesOf(everything, 'AWS::DynamoDB::Table'))
      expect(Properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
  });
});

describe('a stack', () => {
  const stackOf = (connector: object) => createUnbundledApp({ connector }, folder).stack;

  test('is protected against deletion where the deployment says so', () => {
    expect(stackOf({}).terminationProtection).toBe(false);
    expect(stackOf({ terminationProtection: true }).terminationProtection).toBe(true);
  });

  test('goes wherever the credentials lead unless it is told where', () => {
    expect(stackOf({}).environment).toBe('aws://unknown-account/unknown-region');
    expect(stackOf({ account: '111122223333', region: 'eu-central-1' }).environment).toBe(
      'aws://111122223333/eu-central-1',
    );
  });
});
