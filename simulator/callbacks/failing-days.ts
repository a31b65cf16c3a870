/** Registrations that fail on three days in a row are switched off (connectwise-api.md §9.4.9). */
const mostDays = 3;
const dayMs = 86_400_000;

/** Counts the days on which the receiver of a registration failed. */
interface FailingDays {
  /** Notes an attempt's end; true where the registration is to be switched off. */
  note(registration: number, isTaken: boolean, time: Date): boolean;
}

/** Days are those of UTC; one success starts the count again. */
export function createFailingDays(): FailingDays {
  const runs = new Map<number, { readonly day: number; readonly days: number }>();
  return {
    note: (registration, isTaken, time) => {
      if (isTaken) {
        runs.delete(registration);
        return false;
      }
      const day = Math.floor(time.getTime() / dayMs);
      const run = runs.get(registration);
      const days = run?.day === day ? run.days : run?.day === day - 1 ? run.days + 1 : 1;
      runs.set(registration, { day, days });
      return days >= mostDays;
    },
  };
}
