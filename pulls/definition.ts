import type { Method } from '../lib/catalogue/operation.ts';
import type { Invocation } from '../lib/invocation.ts';

/**
 * The operations of the catalogue, those together that take the same inputs, by any name: each member has their operationIds and
 * the inputs. Empty until `npm run catalogue` has written `.catalogue/operations.d.ts`, which fills it: until then every text passes
 * for an operation, and the checks at synth are the only ones.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled from elsewhere.
export interface Operations {}

type Known = Operations[keyof Operations];
type Inputs = Readonly<Record<string, unknown>>;

/** An operationId with its inputs; or one of the other forms that name an operation, whose inputs an editor cannot know. */
type Call =
  | Known
  | {
      /** Its operationId (getServiceTickets), its method and path (GET /service/tickets) or its GUID. */
      readonly operationId: [Known] extends [never]
        ? string
        : `${Method} /${string}` | `${string}-${string}-${string}-${string}-${string}`;
      readonly inputs?: Inputs;
    };

/** When a pull runs. */
export interface Timing {
  /** `rate(1 hour)`, or `cron(minutes hours day-of-month month day-of-week year)` such as `cron(0 6 ? * MON-FRI *)`. */
  readonly schedule: `rate(${string})` | `cron(${string})`;
  /** The IANA time zone in which cron(...) is meant, such as `Europe/Berlin`. Absent: UTC. */
  readonly timeZone?: string;
  /** A run begins within so many minutes after its time, 1 to 1440, so that many schedules do not all begin at once. */
  readonly flexibleMinutes?: number;
  /** false: it does not run, and no parameter of the stack can make it. */
  readonly enabled?: boolean;
}

/** An invocation as it stands on the queue, but for what the schedule gives it: its version, an id for each run, and its name as the lock unless told. */
export type Pull = Timing & Omit<Invocation, 'version' | 'id' | 'operationId' | 'inputs'> & Call;

/** Declares scheduled invocations by their names, which are lower case letters, digits and hyphens. See docs/pulls.md. */
export const definePulls = (pulls: Readonly<Record<string, Pull>>): Readonly<Record<string, Pull>> => pulls;
