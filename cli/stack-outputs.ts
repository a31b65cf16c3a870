import type { Fetch } from './api.ts';
import { CommandFailed } from './ending.ts';
import { signedFetch } from './signing.ts';

/**
 * The outputs of a deployed stack by name, from CloudFormation: one signed call, for which its SDK client would be a dependency.
 * @param send signs and sends; the endpoint is `AWS_ENDPOINT_URL_CLOUDFORMATION` where it is set, as for the SDK.
 */
export async function stackOutputs(
  stackName: string,
  region: string,
  send: Fetch = signedFetch('cloudformation'),
  endpoint = process.env['AWS_ENDPOINT_URL_CLOUDFORMATION'],
): Promise<Readonly<Record<string, string>>> {
  const url = new URL(endpoint ?? `https://cloudformation.${region}.${domainOf(region)}/`);
  const body = new URLSearchParams({
    Action: 'DescribeStacks',
    Version: '2010-05-15',
    StackName: stackName,
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const response = await send(url, { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok) throw refused(stackName, region, text);
  return outputsIn(text);
}

const domainOf = (region: string) => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');

function refused(stackName: string, region: string, text: string): CommandFailed {
  const code = element(text, 'Code') ?? 'no reason given';
  const message = element(text, 'Message') ?? '';
  return new CommandFailed(
    'unreachable',
    `CloudFormation does not tell of the stack '${stackName}' in ${region} (${code}). ${message} Check --stack, AWS_PROFILE and AWS_REGION.`,
  );
}

/** The answer's form is fixed (CloudFormation API, DescribeStacks): an output is a <member> of OutputKey and OutputValue. */
function outputsIn(xml: string): Readonly<Record<string, string>> {
  const outputs = /<Outputs>([\s\S]*?)<\/Outputs>/.exec(xml)?.[1] ?? '';
  const members = outputs.split('</member>').flatMap((member) => {
    const [key, value] = [element(member, 'OutputKey'), element(member, 'OutputValue')];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(members);
}

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity] ?? '');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
