import { jsonLanguage } from '@codemirror/lang-json';
import type { Finding } from '../../lib/preflight/finding.ts';
import type { Mark } from './suggestion.ts';

/** A node of the tree of a JSON text. */
export type JsonNode = ReturnType<typeof jsonLanguage.parser.parse>['topNode'];

/** What stands in the way of reading a text as JSON, and what preflight finds in its request, where it stands. */
export function requestMarks(text: string, findings: readonly Finding[]): readonly Mark[] {
  if (text.trim() === '') return [];
  const { topNode } = jsonLanguage.parser.parse(text);
  const broken = breaks(topNode, text);
  if (broken.length > 0) return broken;
  return findings
    .filter(({ path }) => /^request\b/.test(path))
    .map(({ path, severity, message, mend }) => {
      const node = nodeAt(topNode, stepsOf(path), text);
      // An object or a list is marked where it opens: underlining all of it would hide what else is wrong in it.
      const isWhole = node.name === 'Object' || node.name === 'Array';
      return {
        from: node.from,
        to: isWhole ? node.from + 1 : node.to,
        severity,
        message: `${message} ${mend}`,
      };
    });
}

function breaks(top: JsonNode, text: string): readonly Mark[] {
  const marks: Mark[] = [];
  top.tree?.iterate({
    enter: ({ type, from, to }) => {
      if (!type.isError || marks.length > 0) return;
      const start = Math.max(0, Math.min(from, text.length - 1));
      marks.push({
        from: start,
        to: Math.max(start + 1, to),
        severity: 'error',
        message: 'This is not JSON here. Look for a missing comma, quote or bracket.',
      });
    },
  });
  return marks;
}

/** `request[0].value.company.id` without its head: `0`, `value`, `company`, `id`. */
const stepsOf = (path: string) => [...path.matchAll(/[^.[\]]+/g)].map(([step]) => step).slice(1);

/** The node that a path leads to, or the last one on the way to it. */
function nodeAt(top: JsonNode, steps: readonly string[], text: string): JsonNode {
  let node = top.firstChild ?? top;
  for (const step of steps) {
    const next = node.name === 'Array' ? itemOf(node, Number(step)) : memberOf(node, step, text);
    if (!next) return node;
    node = next;
  }
  return node;
}

const valuesIn = (list: JsonNode): readonly JsonNode[] =>
  childrenOf(list).filter(({ name }) => !/^[[\],⚠]$/.test(name));

const itemOf = (list: JsonNode, place: number) => valuesIn(list)[place];

function memberOf(object: JsonNode, name: string, text: string): JsonNode | undefined {
  const property = propertiesOf(object).find((it) => nameOf(it, text) === name);
  return property?.lastChild ?? undefined;
}

export const propertiesOf = (object: JsonNode): readonly JsonNode[] =>
  childrenOf(object).filter(({ name }) => name === 'Property');

export function nameOf(property: JsonNode, text: string): string {
  const name = property.getChild('PropertyName');
  return name ? text.slice(name.from + 1, name.to - 1) : '';
}

function childrenOf(node: JsonNode): readonly JsonNode[] {
  const children: JsonNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
