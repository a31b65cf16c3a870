import * as z from 'zod/mini';
import { resolve, resourcesOf, type Template } from './synthesised.ts';

const oneOrMore = z.union([z.string(), z.array(z.string())]);

/** The only condition that the matcher below reads: the keys of items. */
const keysSchema = z.strictObject({
  'ForAllValues:StringLike': z.strictObject({ 'dynamodb:LeadingKeys': z.array(z.string()) }),
});

/** Strict, so that another condition, a NotAction or a Deny, which the matcher below does not read, is refused. */
const statementSchema = z.strictObject({
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  Resource: z.unknown(),
  Condition: z.optional(keysSchema),
});

const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statementSchema) }) })),
});

export interface Allowance {
  readonly actions: readonly string[];
  /** ARNs, in which `*` stands for anything. */
  readonly resources: readonly string[];
  /** The keys of the table's items that it holds for, in which `*` stands for anything; absent: all of them. */
  readonly keys?: readonly string[];
}

/** What the role of a function allows, in all. A policy outside the role itself would not be seen, so there may be none. */
export function allowancesOf(template: Template, entry: string): Allowance[] {
  const outside = Object.values(template.Resources).filter(({ Type }) => /^AWS::IAM::(?!Role$)/.test(Type));
  if (outside.length > 0) throw new Error(`A ${outside[0]?.Type} adds to a role: it is not read here.`);
  const [, lambda] = functionOf(template, entry);
  const [roleId] = z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })
    .parse(lambda.Properties['Role'])['Fn::GetAtt'];
  const { Policies } = roleSchema.parse(template.Resources[roleId]?.Properties);
  return Policies.flatMap((policy) => policy.PolicyDocument.Statement).map(
    ({ Action, Resource, Condition }) => ({
      actions: [Action].flat(),
      resources: [Resource].flat().map((resource) => resolve(template, resource)),
      ...(Condition && { keys: Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'] }),
    }),
  );
}

export function functionOf(template: Template, entry: string) {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ([, it]) => it.Metadata?.['entry'] === entry,
  );
  if (!found) throw new Error(`No function of the template has the entry ${entry}.`);
  return found;
}

/** @param key of the item, where the resource is a table. */
export const allows = (
  allowances: readonly Allowance[],
  action: string,
  resource: string,
  key = '',
): boolean =>
  allowances.some(
    (it) =>
      it.actions.includes(action) &&
      it.resources.some((pattern) => covers(pattern, resource)) &&
      (it.keys ?? ['*']).some((pattern) => covers(pattern, key)),
  );

function covers(pattern: string, resource: string): boolean {
  const literals = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`).test(resource);
}
