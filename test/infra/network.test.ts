import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { functionOf } from './role.ts';
import { resolve, resourcesOf, synthesise, type Template } from './synthesised.ts';

const subnetIds = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'];
const securityGroupIds = ['sg-0123456789abcdef0'];
const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };
const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/0123-4567-89ab';
const domain = { name: 'connector.example.com', certificateArn };

const inVpc = synthesise({ vpc: { subnetIds, securityGroupIds }, jwt, console: true, callbacks: true });
const outside = synthesise({ jwt, console: true });
const named = synthesise({ domain, jwt, console: true });

/** Those that call ConnectWise. */
const callers = ['functions/queue.ts', 'functions/api.ts', 'functions/callbacks.ts'];

const network = ['AWS::EC2::', 'ec2:', 'VpcConfig'];

const statements = z.object({
  Policies: z.array(
    z.object({ PolicyDocument: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }) }),
  ),
});

/** The statements of a function's role that speak of EC2. */
function ec2Of(template: Template, entry: string) {
  const [, { Properties }] = functionOf(template, entry);
  const [roleId] = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).parse(Properties['Role'])[
    'Fn::GetAtt'
  ];
  return statements
    .parse(template.Resources[roleId]?.Properties)
    .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Action }) => JSON.stringify(Action).includes('ec2:'));
}

describe('a network', () => {
  test.each(callers)('%s runs in it where one is given', (entry) => {
    const [, { Properties }] = functionOf(inVpc, entry);
    expect(Properties['VpcConfig']).toEqual({ SubnetIds: subnetIds, SecurityGroupIds: securityGroupIds });
  });

  test.each(callers)('%s is attached to it by Lambda, and its own code may do nothing to it', (entry) => {
    const [allowed, denied, ...others] = ec2Of(inVpc, entry);
    expect(others).toEqual([]);
    expect(allowed).toMatchObject({ Effect: 'Allow', Resource: '*' });
    expect(denied).toMatchObject({ Effect: 'Deny', Resource: '*', Action: allowed?.['Action'] });
    const condition = z
      .strictObject({ ArnLike: z.strictObject({ 'lambda:SourceFunctionArn': z.unknown() }) })
      .parse(denied?.['Condition']);
    expect(resolve(inVpc, condition.ArnLike['lambda:SourceFunctionArn'])).toBe(
      'arn:aws:lambda:eu-west-1:111122223333:function:*',
    );
  });

  test('is not where the console is served: it reaches nothing', () => {
    const [, { Properties }] = functionOf(inVpc, 'functions/console.ts');
    expect(Properties).not.toHaveProperty('VpcConfig');
    expect(ec2Of(inVpc, 'functions/console.ts')).toEqual([]);
  });

  test('leaves no trace where none is given', () => {
    expect(network.filter((word) => JSON.stringify(outside).includes(word))).toEqual([]);
  });
});

describe('a domain', () => {
  test('is a name of the API, with the certificate that is given and TLS 1.2', () => {
    const [[id, { Properties }]] = z
      .tuple([z.tuple([z.string(), z.object({ Properties: z.unknown() })])])
      .parse(resourcesOf(named, 'AWS::ApiGatewayV2::DomainName'));
    expect(Properties).toMatchObject({
      DomainName: 'connector.example.com',
      DomainNameConfigurations: [{ CertificateArn: certificateArn, EndpointType: 'REGIONAL' }],
    });
    const [mapping] = resourcesOf(named, 'AWS::ApiGatewayV2::ApiMapping').map(([, it]) => it);
    const stages = resourcesOf(named, 'AWS::ApiGatewayV2::Stage').map(([stage]) => stage);
    expect(mapping?.Properties).toMatchObject({ DomainName: { Ref: id }, Stage: '$default' });
    expect(mapping?.DependsOn).toEqual(stages);
  });

  test('is where the outputs say that the API and the console are', () => {
    expect(named.Outputs['ApiUrl']?.Value).toBe('https://connector.example.com');
    expect(named.Outputs['ConsoleUrl']?.Value).toBe('https://connector.example.com/console/index.html');
    expect(Object.keys(named.Outputs)).toEqual(expect.arrayContaining(['DomainTarget', 'DomainTargetZone']));
  });

  test('changes nothing else', () => {
    const others = Object.keys(named.Resources).filter((id) => !id.startsWith('Domain'));
    expect(others).toEqual(Object.keys(outside.Resources));
  });
});
