import { describe, expect, test } from 'vitest';
import { parseDeployment } from '../../infra/deployment.ts';

const defaults = {
  stackName: 'ManageConnector',
  connectionPrefix: 'manage-connector/connections/',
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
    [{ allowedHost: [] }, 'There is no setting connector.allowedHost.'],
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
    [{ alarms: { mail: 'a@b.example' } }, 'There is no setting connector.alarms.mail.'],
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
