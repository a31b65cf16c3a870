/** How many records the MSP has of each kind that stands for itself; the others hang on these. */
export interface Plan {
  /** Service and project tickets together: they share one id space (connectwise-api.md §2.3). */
  readonly tickets: number;
  readonly companies: number;
  readonly members: number;
  readonly projects: number;
}

const leastTickets = 100;
const mostTickets = 1_000_000;

/** Everything in proportion to the tickets, as it is with real MSPs. Refuses sizes that no test of ours has seen. */
export function planFor(tickets: number): Plan {
  if (!Number.isInteger(tickets) || tickets < leastTickets || tickets > mostTickets)
    throw new Error(
      `The simulator was asked for ${tickets} tickets. Give a whole number from ${leastTickets} to ${mostTickets}.`,
    );
  return {
    tickets,
    companies: Math.max(12, Math.round(tickets / 200)),
    members: Math.min(60, 12 + Math.floor(tickets / 1000)),
    projects: Math.max(3, Math.round(tickets / 80)),
  };
}
