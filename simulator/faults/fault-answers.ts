import { type Answer, emptyAnswer, jsonAnswer, textAnswer } from '../answer.ts';
import {
  badKeys,
  cannotRoute,
  conflict,
  failureAnswer,
  leakedException,
  outsideApplication,
  permissionMissing,
  tooManyRequests,
} from '../failures.ts';
import type { FaultRule } from './fault-rule.ts';

const gatewayPage = (status: number, title: string): Answer =>
  textAnswer(
    status,
    `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
    'text/html',
  );

/** Failures by name, as the real servers send them (connectwise-api.md §5.2, §6.2). */
const answers = {
  'too-many-requests': () => tooManyRequests(30).answer,
  'too-many-requests-without-retry-after': () => tooManyRequests(30, false).answer,
  'server-error': () => failureAnswer(500, { code: 'ConnectWiseApi', message: 'An error has occurred.' }),
  'dotnet-error': () => leakedException('Length cannot be less than zero.\r\nParameter name: length').answer,
  // Some clients repeat a 500 only where its text says "timeout" (§5.7).
  'server-timeout': () =>
    leakedException(
      'Timeout expired.  The timeout period elapsed prior to completion of the operation or the server is not responding.',
    ).answer,
  'bad-gateway': () => gatewayPage(502, 'Bad Gateway'),
  'service-unavailable': () => emptyAnswer(503),
  'gateway-timeout': () => gatewayPage(504, 'Gateway Time-out'),
  conflict: () => conflict().answer,
  unauthorized: () => badKeys('UserNotAuthenticated').answer,
  forbidden: () => permissionMissing().answer,
  'cannot-route': () => cannotRoute().answer,
  'not-found-page': () => outsideApplication().answer,
  'empty-ok': () => emptyAnswer(200),
} as const satisfies Readonly<Record<string, () => Answer>>;

export type FaultKind = keyof typeof answers;

/** All names, for those who offer a choice. */
export const faultKinds: readonly string[] = Object.keys(answers);

export const isFaultKind = (text: string): text is FaultKind => Object.hasOwn(answers, text);

/** The wrong answer of a rule; undefined where the right one is sent. */
export function faultAnswer({ kind, status, body, headers }: FaultRule): Answer | undefined {
  const answer = kind === undefined ? statusAnswer(status, body) : answers[kind]();
  return answer && { ...answer, headers: { ...answer.headers, ...headers } };
}

function statusAnswer(status: FaultRule['status'], body: FaultRule['body']): Answer | undefined {
  if (status === undefined) return undefined;
  return typeof body === 'string' || body === undefined
    ? textAnswer(status, body ?? '')
    : jsonAnswer(status, body);
}
