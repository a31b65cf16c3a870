import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** One alarm as plain data. Its metric is compared with `atLeast`, or with `lessThan`. */
export interface AlarmSpec {
  /** Its construct's id, and with the stack's name before it in small letters the alarm's name. */
  readonly id: string;
  /** What is wrong while it rings, in a sentence. */
  readonly sentence: string;
  /** The heading of docs/runbook.md that says what it means, where to look and how to mend it. */
  readonly heading: string;
  readonly metric: IMetric;
  readonly bound: { readonly atLeast: number } | { readonly lessThan: number };
  /** So many of the last so many periods have to be out of bounds: one of one unless told. */
  readonly periods?: readonly [bad: number, of: number];
  /** Whether silence is what it is about. Else a time without data is a quiet one: nothing was counted. */
  readonly ringsInSilence?: true;
}
