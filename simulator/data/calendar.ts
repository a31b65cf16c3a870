/** The MSP's three years end on this day, whatever the clock says: the same seed, the same records. */
export const lastDayMs = Date.UTC(2026, 5, 1);

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A Monday, 156 weeks before the last day. */
const firstMondayMs = lastDayMs - 156 * 7 * dayMs;
const weekdays = 156 * 5;

/** The office is open from 8 to 18 in New York, which is 12 to 22 UTC in summer. */
const openingHour = 12;
const openHours = 10;

/** `yyyy-MM-ddTHH:mm:ssZ`: whole seconds, UTC (connectwise-api.md §9.1). */
export const stampOf = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;

/** Midnight UTC of an instant, as members that are only a day carry it (§9.1). */
export const dayStampOf = (timeMs: number): string =>
  `${new Date(timeMs).toISOString().slice(0, 10)}T00:00:00Z`;

/** An instant in office hours: `when` is a share of the three years, `hour` a share of the day. */
export function officeInstant(when: number, hour: number): number {
  const weekday = Math.floor(when * weekdays);
  const days = Math.floor(weekday / 5) * 7 + (weekday % 5);
  return secondOf(firstMondayMs + days * dayMs + (openingHour + hour * openHours) * hourMs);
}

/** Any instant of the three years, nights and weekends too: when monitoring finds something. */
export const anyInstant = (when: number, hour: number): number =>
  secondOf(firstMondayMs + Math.floor(when * 156 * 7) * dayMs + hour * dayMs);

/** An instant cut to its second. */
export const secondOf = (timeMs: number): number => Math.floor(timeMs / 1000) * 1000;
