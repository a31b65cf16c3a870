import { StreamLanguage } from '@codemirror/language';

const pieces: readonly (readonly [RegExp, string | null])[] = [
  [/^\s+/, null],
  [/^(?:"[^"]*"|'[^']*')/, 'string'],
  [/^\[[^\]]*\]/, 'literal'],
  [/^(?:and|or|not|in|like|contains)\b/i, 'keyword'],
  [/^(?:true|false|null)\b/i, 'bool'],
  [/^-?\d+(?:\.\d+)?\b/, 'number'],
  [/^[=<>!]+/, 'operator'],
  [/^[\w./]+/, 'propertyName'],
];

/** The colours of the conditions language; what it means is read by lib/conditions. */
export const conditionLanguage = StreamLanguage.define({
  name: 'conditions',
  token: (stream) => {
    for (const [pattern, name] of pieces) if (stream.match(pattern)) return name;
    stream.next();
    return null;
  },
});
