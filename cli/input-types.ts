import type { Input } from '../lib/catalogue/operation.ts';

/**
 * The members of an interface that is an operation's inputs, each on a line; for pulls.config.ts and for producers alike.
 * @param options.described with what the document says of each: then fewer operations have the same text.
 */
export const inputMembers = (
  inputs: readonly Input[],
  { described }: { readonly described: boolean },
): string =>
  [
    ...inputs.map((input) => `${described ? commentLine(input) : ''}${memberOf(input)}`),
    `${described ? '  /** Asks for bytes. */\n' : ''}  readonly return?: 'binary';\n`,
  ].join('');

/** Whether an operation cannot be called without inputs. */
export const areNeeded = (inputs: readonly Input[]): boolean => inputs.some((input) => input.in === 'path');

const commentLine = ({ description }: Input): string =>
  description === undefined ? '' : `  /** ${commentOf(description)} */\n`;

const memberOf = ({ name, type, enum: values, in: place }: Input): string =>
  `  readonly ${keyOf(name)}${place === 'path' ? '' : '?'}: ${typeOf(type, values)};\n`;

/** What preflight lets through (lib/preflight/input-value.ts): a number may come as a text, and a value that is not listed may be new. */
function typeOf(type: Input['type'], values: readonly string[] | undefined): string {
  if (type === 'object') return 'Readonly<Record<string, string | number | boolean>>';
  if (type === 'boolean') return "boolean | 'true' | 'false'";
  if (type === 'integer' || type === 'number') return `number | \`\${number}\``;
  return values ? listed(values) : 'string | number';
}

/** The document's values complete, and others are taken: a newer ConnectWise may know more. */
export const listed = (values: readonly string[]): string =>
  [...values.map((value) => JSON.stringify(value)), '(string & {})'].join(' | ');

export const keyOf = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);

export const commentOf = (text: string): string => text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ');
