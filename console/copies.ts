import type { Invocation } from '../lib/invocation.ts';
import { builderLine } from './builder-line.ts';

/** Where an invocation can be sent to from outside the console. */
export interface Places {
  readonly apiUrl: string;
  readonly queueUrl: string;
  /** What the AWS command line needs to find that queue: `AWS_REGION=…`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** An invocation in a form to paste elsewhere. */
export interface Copy {
  readonly name: 'JSON' | 'TypeScript' | 'curl' | 'AWS CLI';
  readonly text: string;
}

/**
 * The very invocation in each form that somebody may want.
 * @param places absent where they are not known, or want a signature that no line could hold.
 */
export function copiesOf(invocation: Invocation, places: Places | undefined): readonly Copy[] {
  return [
    { name: 'JSON', text: JSON.stringify(invocation, null, 2) },
    { name: 'TypeScript', text: builderLine(invocation) },
    ...(places ? shellLines(invocation, places) : []),
  ];
}

function shellLines(invocation: Invocation, places: Places): readonly Copy[] {
  const compact = JSON.stringify(invocation);
  const environment = Object.entries(places.environment).map(
    ([name, value]) => `${name}=${shellWord(value)} `,
  );
  return [
    {
      name: 'curl',
      text: `curl -s ${shellWord(`${places.apiUrl}/invocations`)} -H 'content-type: application/json' -d ${shellWord(compact)}`,
    },
    {
      name: 'AWS CLI',
      text: `${environment.join('')}aws sqs send-message --queue-url ${shellWord(places.queueUrl)} --message-group-id ${shellWord(invocation.connection)} --message-body ${shellWord(compact)}`,
    },
  ];
}

/** One word of a POSIX shell, whatever it holds. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
