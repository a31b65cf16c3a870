import type { Result } from '../lib/result.ts';
import type { Colours } from './terminal.ts';

/** A result in a line: how it ended, what it was, and how to ask ConnectWise about it. */
export function resultLine(result: Result, { green, red, dim, bold }: Colours): string {
  const { succeeded, responseCode, id, operationId = '', failure, page, certificate, requestId } = result;
  const mark = succeeded ? green('✓') : red('✗');
  const parts = [
    mark,
    bold(responseCode ?? (succeeded ? '-' : '')),
    id,
    operationId,
    ...(page ? [`page ${page.number}, ${page.rows} rows`] : []),
    ...(certificate
      ? [`${certificate.rows} rows, ${certificate.complete ? 'complete' : 'not complete'}`]
      : []),
    ...(failure ? [`${failure.reason}: ${failure.message}`] : []),
    ...(requestId === undefined ? [] : [dim(requestId)]),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** Findings of preflight, a line each. */
export const findingLines = (findings: Result['warnings']): readonly string[] =>
  (findings ?? []).map(({ message, mend }) => `  ! ${message} ${mend}`);
