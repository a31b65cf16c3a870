import { describe, expect, test } from 'vitest';
import { parseDeployment } from '../../infra/deployment.ts';

const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/0123-4567-89ab';

const defaults = {
  stackName: 'ManageConnector',
  connectionPrefix: 'manage-connector/connections/',
  connections: {},
  allowedHosts: [],
  console: false,
  callbacks: false,
  connectionPathsOnly: false,
  fifo: false,
  maxConcurrency: 5,
  exportRetentionDays: 30,
  logRetentionDays: 30,
  logLevel: 'info',
  logSampling: 1,
  alarms: { oldestMessageMinutes: 60, checkpointAgeHours: 26 },
  resultQueue: { visibilityTimeoutSeconds: 300, maxReceiveCount: 10 },
  pulls: 'pulls.config.ts',
  terminationProtection: false,
};

describe('deployment settings', () => {
  test.each([undefined, {}, '{}'])('are complete without any context: %j', (context) => {
    expect(parseDeployment(context)).toEqual(defaults);
  });

  test('are taken as an object or as its JSON', () => {
    const context = {
      stackName: 'Connector-2',
      allowedHosts: ['cw.example.com', '*.example.org', 'cw.example.net:8443'],
      jwt: { issuer: 'https://login.example.com/', audience: ['a', 'b'] },
      resultQueue: { maxReceiveCount: 4 },
    };
    const resultQueue = { visibilityTimeoutSeconds: 300, maxReceiveCount: 4 };
    expect(parseDeployment(context)).toEqual({ ...defaults, ...context, resultQueue });
    expect(parseDeployment(JSON.stringify(context))).toEqual({ ...defaults, ...context, resultQueue });
  });

  test.each([
    [{ allowedHost: [] }, "There is no setting connector.allowedHost (did you mean 'allowedHosts'?)."],
    [
      { jwt: { issuer: 'https://a.example', audience: ['a'], scope: 'x' } },
      'There is no setting connector.jwt.scope.',
    ],
    [
      { jwt: { issuer: 'https://a.example', audience: ['a'], connections: { claim: '' } } },
      'The setting connector.jwt.connections.claim must be the name of a claim',
    ],
    [
      { jwt: { issuer: 'https://a.example', audience: ['a'], connections: { claim: 'a', prefix: 'b c' } } },
      'The setting connector.jwt.connections.prefix must be what stands before each name',
    ],
    [
      { connections: { acme: { maxCallPerMinute: 60 } } },
      "There is no setting connector.connections.acme.maxCallPerMinute (did you mean 'maxCallsPerMinute'?).",
    ],
    [
      { resultQueue: { maxRecieveCount: 3 } },
      "There is no setting connector.resultQueue.maxRecieveCount (did you mean 'maxReceiveCount'?).",
    ],
    [
      { connections: { acme: { maxCallsPerMinute: 0 } } },
      'The setting connector.connections.acme.maxCallsPerMinute must be a whole number from 1 to 100000.',
    ],
    [
      { connections: { acme: 60 } },
      'The setting connector.connections.acme must be an object, such as {} or { maxCallsPerMinute: 120 }.',
    ],
    [
      { connections: { 'a/b': {} } },
      'The setting connector.connections.a/b must be an object of connections by name: 1 to 64 letters',
    ],
    [{ connections: ['acme'] }, 'The setting connector.connections must be an object of connections by name'],
    [
      { domain: { name: 'Connector.example.com', certificateArn } },
      'connector.domain.name must be a host name',
    ],
    [
      { domain: { name: 'connector.example.com', certificateArn: 'arn:aws:iam::1:server-certificate/x' } },
      'The setting connector.domain.certificateArn must be the ARN of a certificate in ACM.',
    ],
    [
      { region: 'eu-west-1', domain: { name: 'connector.example.com', certificateArn } },
      'The setting connector.domain.certificateArn must be of a certificate in the region of the deployment.',
    ],
    [
      { vpc: { subnetIds: ['subnet-0123456789abcdef0'] } },
      'The setting connector.vpc.securityGroupIds must be a list of ids such as sg-0123456789abcdef0.',
    ],
    [
      { vpc: { subnetIds: [], securityGroupIds: ['sg-0123456789abcdef0'] } },
      'The setting connector.vpc.subnetIds must not be empty.',
    ],
    [
      { vpc: { subnetIds: ['sg-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] } },
      'The setting connector.vpc.subnetIds.0 must be ids such as subnet-0123456789abcdef0.',
    ],
    [
      { account: 111122223333 },
      'The setting connector.account must be an account id of twelve digits, in quotes.',
    ],
    [{ region: 'Frankfurt' }, 'The setting connector.region must be a region such as eu-central-1.'],
    [{ terminationProtection: 'yes' }, 'The setting connector.terminationProtection must be true or false.'],
    [{ connectionPathsOnly: 'yes' }, 'The setting connector.connectionPathsOnly must be true or false.'],
    [{ jwt: { issuer: 'https://a.example' } }, 'The setting connector.jwt.audience must be a list.'],
    [
      { jwt: { issuer: 'https://a.example', audience: [] } },
      'The setting connector.jwt.audience must not be empty.',
    ],
    [
      { jwt: { issuer: 'http://a.example', audience: ['a'] } },
      'The setting connector.jwt.issuer must be the https URL',
    ],
    [{ stackName: 'Über' }, 'The setting connector.stackName must be 1 to 50 letters'],
    [{ connectionPrefix: 'acme/*/' }, 'The setting connector.connectionPrefix must be a secret name prefix'],
    [{ connectionPrefix: 'acme' }, 'that ends with a slash'],
    [{ maxConcurrency: 1 }, 'The setting connector.maxConcurrency must be a whole number from 2 to 1000.'],
    [{ maxConcurrency: '5' }, 'The setting connector.maxConcurrency must be a whole number from 2 to 1000.'],
    [{ maxConcurrency: 2.5 }, 'The setting connector.maxConcurrency must be a whole number from 2 to 1000.'],
    [{ exportRetentionDays: 0 }, 'The setting connector.exportRetentionDays must be a whole number from 1'],
    [{ logRetentionDays: 31 }, 'The setting connector.logRetentionDays must be a number of days'],
    [{ logLevel: 'debug' }, 'The setting connector.logLevel must be info, warn or error.'],
    [{ logSampling: 1.5 }, 'The setting connector.logSampling must be a number from 0 to 1.'],
    [{ alarms: { email: 'ops' } }, 'The setting connector.alarms.email must be an e-mail address.'],
    [
      { alarms: { mail: 'a@b.example' } },
      "There is no setting connector.alarms.mail (did you mean 'email'?).",
    ],
    [{ logRetentionDays: 9999 }, 'The setting connector.logRetentionDays must end'],
    [
      { resultQueue: { maxReceiveCount: 0 } },
      'connector.resultQueue.maxReceiveCount must be a whole number from 1',
    ],
    [{ pulls: '../pulls.config.ts' }, 'The setting connector.pulls must be a .ts file'],
    [{ pulls: '/etc/pulls.ts' }, 'The setting connector.pulls must be a .ts file'],
    [{ pulls: 'pulls.json' }, 'The setting connector.pulls must be a .ts file'],
    ['{"allowedHosts":', 'The context connector is not JSON.'],
    ['[]', 'The setting connector must be an object.'],
    [true, 'The setting connector must be an object.'],
  ])('refuse %j by name', (context, message) => {
    expect(() => parseDeployment(context)).toThrow(message);
  });

  test.each([
    'https://cw.example.com',
    'http://cw.example.com',
    'cw.example.com/path',
    'a.example,b.example',
    '*.com',
    '*',
    'CW.example.com',
    'cw.example.com:',
    '',
  ])('refuse %j as a host', (host) => {
    expect(() => parseDeployment({ allowedHosts: ['cw.example.com', host] })).toThrow(
      'The setting connector.allowedHosts.1 must be a host',
    );
  });

  test('names every fault at once', () => {
    const faults = { jwt: 'yes', maxConcurrency: 0, stack: 'x' };
    expect(() => parseDeployment(faults)).toThrow(
      /connector\.jwt.*connector\.maxConcurrency.*connector\.stack\b/s,
    );
  });
});
