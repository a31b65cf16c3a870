import type { Scope } from '../../lib/conditions/checking.ts';
import type { Finding } from '../../lib/preflight/finding.ts';
import { conditionMarks } from './condition-marks.ts';
import { type Asked, suggestForCondition } from './condition-suggestions.ts';
import { requestMarks } from './request-marks.ts';
import { type Requested, suggestForRequest } from './request-suggestions.ts';
import type { Mark, Suggestions } from './suggestion.ts';

/** What an editor knows of its text. As data, so that the code for it comes with the editor. */
export type Help =
  | { readonly language: 'conditions'; readonly scope: Scope; readonly asked: Asked }
  | { readonly language: 'json'; readonly requested: Requested; readonly findings: readonly Finding[] };

export function suggest(text: string, position: number, help: Help): Suggestions {
  return help.language === 'json'
    ? suggestForRequest(text, position, help.requested)
    : suggestForCondition(text, position, help.asked);
}

export function marks(text: string, help: Help): readonly Mark[] {
  return help.language === 'json'
    ? requestMarks(text, help.findings)
    : conditionMarks(text, help.scope, help.asked);
}
