import type { LambdaAnswer } from './lambda-environment.ts';

/**
 * Which messages of a batch are done, by what the function answered. A throw or a timeout fails them all.
 * @param reportsItemFailures whether the event source listens to `batchItemFailures`. Then an answer that it cannot read,
 * or an id that is not in the batch, fails them all too (Lambda developer guide, "Handling errors for an SQS event source").
 */
export function succeededIds(
  answer: LambdaAnswer,
  ids: readonly string[],
  reportsItemFailures: boolean,
): readonly string[] {
  if (!answer.succeeded) return [];
  if (!reportsItemFailures) return ids;
  const failures = failedIds(JSON.parse(answer.text));
  if (!failures || failures.some((id) => !ids.includes(id))) return [];
  return ids.filter((id) => !failures.includes(id));
}

/** @returns undefined where the answer is not a batch response. */
function failedIds(response: unknown): string[] | undefined {
  if (response === null) return [];
  if (typeof response !== 'object') return undefined;
  const failures: unknown = Reflect.get(response, 'batchItemFailures') ?? [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map(itemIdentifier);
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

function itemIdentifier(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null) return undefined;
  const id: unknown = Reflect.get(failure, 'itemIdentifier');
  return typeof id === 'string' ? id : undefined;
}
