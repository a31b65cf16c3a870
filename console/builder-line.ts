import type { Invocation } from '../lib/invocation.ts';

/** An invocation as a line of the typed builder that `manage types` writes: TypeScript that its types check. */
export function builderLine({ version: _, operationId, ...call }: Invocation): string {
  return `invocation(${JSON.stringify(operationId)}, ${literal(call, '')});`;
}

const widestLine = 80;

/** A value of JSON as TypeScript writes it: names without quotes where they may stand so, short objects on one line. */
function literal(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const members = isList
    ? value.map((item) => literal(item, `${indent}  `))
    : Object.entries(value).flatMap(([name, item]) =>
        item === undefined ? [] : [`${nameOf(name)}: ${literal(item, `${indent}  `)}`],
      );
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) return `${open}${close}`;
  const pad = isList ? '' : ' ';
  const line = `${open}${pad}${members.join(', ')}${pad}${close}`;
  if (line.length + indent.length <= widestLine && !line.includes('\n')) return line;
  return `${open}\n${members.map((member) => `${indent}  ${member},\n`).join('')}${indent}${close}`;
}

/** In brackets, `__proto__` is a name like any other; without, it would be the object's prototype. */
function nameOf(name: string): string {
  if (name === '__proto__') return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
