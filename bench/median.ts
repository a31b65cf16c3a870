export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value that a share of all values does not exceed: 0.99 leaves out the slowest hundredth. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? 0;
}
