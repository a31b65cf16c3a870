import * as z from 'zod/mini';
import { explain } from '../../lib/explanation.ts';
import type { Services } from '../services.ts';

/** One call of an agent: what a tool works with. */
export interface Visit {
  readonly services: Services;
  /** The time by which it must be over, on the services' clock. */
  readonly deadlineMs: number;
  /** The call of the API that brought it. */
  readonly delivery: string;
  /** The one connection that this agent is kept to, which it may use. */
  readonly only: string | undefined;
  /** Why its caller may not use a connection; undefined where they may. */
  readonly whyUngranted: (connection: string) => string | undefined;
}

/** What an agent is told: what it asked for, or a sentence why not and what to do. */
export type Told =
  | { readonly kind: 'answer'; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refusal'; readonly sentence: string };

export const answer = (value: Readonly<Record<string, unknown>>): Told => ({ kind: 'answer', answer: value });
export const refusal = (sentence: string): Told => ({ kind: 'refusal', sentence });

/** What the protocol lets a client know of a tool, so that it can ask its user before the risky ones. */
interface Hints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint: boolean;
  /** Whether it reaches ConnectWise. */
  readonly openWorldHint: boolean;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: Hints;
  /** JSON Schemas of draft 7, which the protocol's own clients check answers with. */
  readonly inputSchema: object;
  readonly outputSchema: object;
  readonly call: (given: unknown, visit: Visit) => Promise<Told>;
}

interface ToolParts<I extends z.core.$ZodShape> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: Hints;
  readonly input: z.ZodMiniObject<I, z.core.$strict>;
  readonly output: z.ZodMiniType;
  readonly run: (asked: z.output<z.ZodMiniObject<I, z.core.$strict>>, visit: Visit) => Promise<Told> | Told;
}

/** A tool whose arguments are read strictly, once: `run` gets what was parsed. */
export function defineTool<I extends z.core.$ZodShape>(parts: ToolParts<I>): Tool {
  const { input, output, run, ...rest } = parts;
  return {
    ...rest,
    inputSchema: z.toJSONSchema(input, { target: 'draft-7', io: 'input' }),
    outputSchema: z.toJSONSchema(output, { target: 'draft-7' }),
    call: async (given, visit) => {
      const parsed = input.safeParse(given);
      if (parsed.success) return run(parsed.data, visit);
      const why = explain(parsed.error, given, Object.keys(input.shape));
      return refusal(`invalid_arguments: ${parts.name} was not called. ${why}`);
    },
  };
}
