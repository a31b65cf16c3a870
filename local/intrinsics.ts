import { accountId, region } from './region.ts';

/** What a template's references lead to on this machine. */
export interface References {
  /** What `Ref` gives: a queue's URL, a bucket's name. Undefined where the resource is not emulated. */
  ref(logicalId: string): string | undefined;
  attribute(logicalId: string, name: string): string | undefined;
}

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'local',
};

/**
 * A template's value with its intrinsic functions replaced by what they give.
 * @param where names the place in errors, such as `QueueFunction.Environment`.
 */
export function resolve(value: unknown, references: References, where: string): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, references, where));
  if (typeof value !== 'object' || value === null) return value;
  const [only, ...others] = Object.entries(value);
  if (only && others.length === 0) {
    const [name, argument] = only;
    if (name === 'Ref') return refer(text(argument, where), references, where);
    if (name.startsWith('Fn::')) return callFunction(name, argument, references, where);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, resolve(member, references, where)]),
  );
}

function refer(logicalId: string, references: References, where: string): string {
  const target = pseudoParameters[logicalId] ?? references.ref(logicalId);
  if (target !== undefined) return target;
  throw new Error(
    `${where} refers to ${logicalId}, which the local stack does not emulate. Emulate it, or leave the reference out.`,
  );
}

function getAttribute(logicalId: string, name: string, references: References, where: string): string {
  const attribute = references.attribute(logicalId, name);
  if (attribute !== undefined) return attribute;
  throw new Error(
    `${where} needs the attribute ${name} of ${logicalId}, which the local stack does not emulate.`,
  );
}

function callFunction(name: string, argument: unknown, references: References, where: string): unknown {
  const given = name === 'Fn::GetAtt' ? argument : resolve(argument, references, where);
  switch (name) {
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = typeof given === 'string' ? given.split('.') : list(given, where);
      return getAttribute(text(logicalId, where), text(attribute, where), references, where);
    }
    case 'Fn::Join': {
      const [separator, parts] = list(given, where);
      return list(parts, where)
        .map((part) => text(part, where))
        .join(text(separator, where));
    }
    case 'Fn::Split': {
      const [separator, whole] = list(given, where);
      return text(whole, where).split(text(separator, where));
    }
    case 'Fn::Select': {
      const [index, choices] = list(given, where);
      return text(list(choices, where)[Number(index)], where);
    }
    case 'Fn::Sub':
      return substitute(given, references, where);
    default:
      throw new Error(
        `${where} uses ${name}, which the local stack does not know. It knows Ref, GetAtt, Join, Split, Select and Sub.`,
      );
  }
}

/** `${Name}`, `${Name.Attribute}`, and `${!Literal}` for a `${Literal}`; a list carries variables of its own. */
function substitute(argument: unknown, references: References, where: string): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  return text(template, where).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const own: unknown =
      typeof variables === 'object' && variables !== null ? Reflect.get(variables, name) : undefined;
    if (own !== undefined) return text(own, where);
    const [logicalId = '', ...attribute] = name.split('.');
    return attribute.length === 0
      ? refer(name, references, where)
      : getAttribute(logicalId, attribute.join('.'), references, where);
  });
}

function text(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`${where} needs a text where it has a value of type ${typeof value}.`);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} needs a list where it has a value of type ${typeof value}.`);
}
