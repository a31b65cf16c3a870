import { leakedException } from '../failures.ts';
import type { QueryRules } from './rules.ts';

const american = /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})$/;
const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?)(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/i;

/** The server of the recordings stands in Eastern time (§2.4), five hours behind UTC; summer time is left out. */
const serverOffsetMs = -5 * 3_600_000;

/** A day that the calendar does not have is no date; JavaScript would count on into the next month. */
function dayOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.toISOString().slice(0, 10)
    : undefined;
}

function hasOffset(zone: string | undefined): boolean {
  return zone !== undefined && zone.toUpperCase() !== 'Z';
}

/** The instant of a date as conditions write it: ISO, date alone, or month/day/year; without a zone it is UTC (§3.2.7). */
export function instantOf(text: string, offsets: QueryRules['dateOffsets']): number {
  const groups = (american.exec(text.trim()) ?? iso.exec(text.trim()))?.groups ?? {};
  const { year, month, day, time = '00:00:00', zone } = groups;
  const date = dayOf(Number(year), Number(month), Number(day));
  const instant = Date.parse(`${date}T${time}${zone?.replace(/^(...)(\d\d)$/, '$1:$2') ?? 'Z'}`);
  if (date === undefined || Number.isNaN(instant))
    throw leakedException('String was not recognized as a valid DateTime.');
  return offsets === 'shifted' && hasOffset(zone) ? instant + serverOffsetMs : instant;
}

/** The instant of a stored value; undefined where it is no date. What has no zone is UTC, wherever the simulator runs. */
export function storedInstant(value: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const instant = Date.parse(/T[\d:.]+$/.test(value) ? `${value}Z` : value);
  return Number.isNaN(instant) ? undefined : instant;
}
