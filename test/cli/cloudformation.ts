/** CloudFormation's answer to DescribeStacks of a stack with these outputs, as far as anybody reads it. */
export const described = (outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey>\n<OutputValue>${value.replaceAll('&', '&amp;')}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>x</StackName><Outputs>${members.join('')}</Outputs><Tags><member><Key>a</Key></member></Tags></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
};
