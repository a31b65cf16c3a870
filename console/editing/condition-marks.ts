import { checkConditions, type Scope } from '../../lib/conditions/checking.ts';
import type { Asked } from './condition-suggestions.ts';
import type { Mark } from './suggestion.ts';

/** What is wrong with a filter, or may be, where it stands. */
export function conditionMarks(text: string, scope: Scope, { record, schemaOf }: Asked): readonly Mark[] {
  if (text.trim() === '') return [];
  const marks: Mark[] = [];
  const filter = { text, scope, path: scope, record };
  checkConditions(filter, {
    schemaOf,
    report: (severity, _path, advice, at = { offset: 0, length: text.length }) => {
      const { message, mend } = advice();
      // The place is where the mark is; the sentence need not say it again.
      const told = message.replace(
        /^'\w+'(?:, line \d+, column \d+:| cannot be read\.(?: Line \d+, column \d+:| At the end:)?) ?/,
        '',
      );
      const from = Math.min(at.offset, text.length - 1);
      marks.push({
        from,
        to: Math.min(text.length, Math.max(from + 1, at.offset + at.length)),
        severity,
        message: `${told.charAt(0).toUpperCase()}${told.slice(1)} ${mend}`,
      });
    },
  });
  return marks;
}
