import { anyInstant, dayMs, hourMs, lastDayMs, officeInstant, secondOf } from './calendar.ts';
import type { Projects } from './project-tables.ts';
import { createRoll, type Roll, weighted, wholeBetween } from './roll.ts';
import { boardNames, closedPlace, projectBoard, statusesEach } from './setup-tables.ts';
import type { Stage } from './stage.ts';

/** What happened to each ticket; notes, time entries and the ticket's own members all tell the same story. */
export interface TicketLife {
  readonly isProject: (ticket: number) => boolean;
  readonly projectOf: (ticket: number) => number;
  readonly companyOf: (ticket: number) => number;
  readonly boardOf: (ticket: number) => number;
  readonly statusOf: (ticket: number) => number;
  readonly ownerOf: (ticket: number) => number;
  readonly enteredMs: (ticket: number) => number;
  readonly isClosed: (ticket: number) => boolean;
  /** When it was closed, or the last day while it is open. */
  readonly endMs: (ticket: number) => number;
  readonly entryCount: (ticket: number) => number;
}

/** Ids are set aside for so many time entries of a ticket. */
export const entriesEach = 4;

/** Every tenth ticket is a project's. */
const isProjectTicket = (ticket: number): boolean => ticket % 10 === 0;

/** The share of tickets on each of the service boards: most are calls for help, and monitoring makes many. */
const boardWeights = [0.58, 0.22, 0.06, 0.08, 0.06];
const alertsBoard = boardNames.indexOf('Alerts') + 1;

type Rolls = Readonly<
  Record<
    | 'company'
    | 'board'
    | 'owner'
    | 'jitter'
    | 'hour'
    | 'closing'
    | 'length'
    | 'status'
    | 'entries'
    | 'spread',
    Roll
  >
>;

function rollsOf(seed: number): Rolls {
  const roll = (key: string): Roll => createRoll(seed, 'Ticket', key);
  return {
    company: roll('company'),
    board: roll('board'),
    owner: roll('owner'),
    jitter: roll('jitter'),
    hour: roll('hour'),
    closing: roll('closing'),
    length: roll('length'),
    status: roll('status'),
    entries: roll('entries'),
    spread: roll('spread'),
  };
}

/** When tickets come and go. Ids rise with the time, within a day or so. */
function datesOf(rolls: Rolls, total: number, boardOf: (ticket: number) => number) {
  const enteredMs = (id: number): number => {
    const when = Math.min(0.9999, Math.max(0, (id - 1 + rolls.jitter(id)) / (total + 1)));
    return boardOf(id) === alertsBoard || rolls.spread(id) < 0.04
      ? anyInstant(when, rolls.hour(id))
      : officeInstant(when, rolls.hour(id));
  };
  // From a quarter of an hour to three weeks, most within a day.
  const workedMs = (id: number): number => hourMs * 0.25 * Math.exp(rolls.length(id) * 7.6);
  const isClosed = (id: number): boolean => {
    const open = lastDayMs - enteredMs(id);
    if (open < workedMs(id)) return false;
    return rolls.closing(id) < (open > 60 * dayMs ? 0.985 : 0.75);
  };
  const endMs = (id: number): number => (isClosed(id) ? secondOf(enteredMs(id) + workedMs(id)) : lastDayMs);
  return { enteredMs, isClosed, endMs };
}

/** The story of every ticket of a seed. */
export function createTicketLife({ seed, plan }: Stage, projects: Projects): TicketLife {
  const rolls = rollsOf(seed);
  const projectOf = (id: number): number =>
    Math.min(plan.projects, 1 + Math.floor(((id - 1) / plan.tickets) * plan.projects));
  // The cube gives the first fifth of the companies three fifths of the tickets.
  const companyOf = (id: number): number =>
    isProjectTicket(id)
      ? projects.companyOf(projectOf(id))
      : Math.min(plan.companies, 1 + Math.floor(rolls.company(id) ** 3 * plan.companies));
  const boardOf = (id: number): number =>
    isProjectTicket(id) ? projectBoard : weighted(rolls.board(id), boardWeights) + 1;
  const dates = datesOf(rolls, plan.tickets, boardOf);
  return {
    ...dates,
    isProject: isProjectTicket,
    projectOf,
    companyOf,
    boardOf,
    statusOf: (id) => {
      const first = (boardOf(id) - 1) * statusesEach + 1;
      if (dates.isClosed(id)) return first + closedPlace;
      return first + weighted(rolls.status(id), [0.3, 0.3, 0.2, 0.12, 0.08]);
    },
    ownerOf: (id) => wholeBetween(rolls.owner(id) ** 1.5, 1, plan.members),
    entryCount: (id) =>
      weighted(
        rolls.entries(id),
        dates.isClosed(id) ? [0.08, 0.5, 0.25, 0.12, 0.05] : [0.5, 0.3, 0.15, 0.05, 0],
      ),
  };
}
