import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { ApiMapping, DomainName, type HttpApi, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

/** Where the API is called. Its own address goes on answering beside a domain, by the same authoriser. */
export const urlOf = (api: HttpApi, { domain }: Deployment): string =>
  domain ? `https://${domain.name}` : api.apiEndpoint;

/** A name of the user's own for the API. Its DNS record may lie anywhere, so it is not made here. */
export function createDomain(stack: Stack, stage: HttpStage, { domain }: Deployment): void {
  if (!domain) return;
  const scope = new Construct(stack, 'Domain');
  const domainName = new DomainName(scope, 'Name', {
    domainName: domain.name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', domain.certificateArn),
  });
  const mapping = new ApiMapping(scope, 'Mapping', { api: stage.api, domainName, stage });
  // It names the stage by a text, from which CloudFormation could not tell which of them is made first.
  mapping.node.addDependency(stage);
  new CfnOutput(stack, 'DomainTarget', { value: domainName.regionalDomainName });
  new CfnOutput(stack, 'DomainTargetZone', { value: domainName.regionalHostedZoneId });
}
