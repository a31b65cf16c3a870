/** A moment as results and the API tell it: UTC with milliseconds, such as `2026-01-31T15:00:00.000Z`. */
export const timeText = (ms: number): string => new Date(ms).toISOString();
