import type { Plan } from './plan.ts';

/** A message that was on the invocation queue. */
export interface SeenMessage {
  readonly id: string;
  readonly plan: Plan;
  receives: number;
}

/** The messages of a history, by their ids. */
export interface Register {
  /** @returns the message; undefined where it is nobody's. */
  note(id: string, body: string, plan?: Plan): SeenMessage | undefined;
  /** For people: `message 3 s7w2w`. */
  nameOf(id: string): string;
  all(): readonly SeenMessage[];
}

export function createRegister(plans: readonly Plan[]): Register {
  const messages = new Map<string, SeenMessage>();
  return {
    note: (id, body, plan = planOfBody(plans, body)) => {
      const known = messages.get(id);
      if (known || !plan) return known;
      const seen = { id, plan, receives: 0 };
      messages.set(id, seen);
      return seen;
    },
    nameOf: (id) => {
      const place = [...messages.keys()].indexOf(id);
      return place < 0 ? 'a message' : `message ${place + 1} ${messages.get(id)?.plan.tag}`;
    },
    all: () => [...messages.values()],
  };
}

/** The API writes an invocation anew before it queues it, with an id where it had none. */
export function planOfBody(plans: readonly Plan[], body: string): Plan | undefined {
  const exact = plans.find((plan) => plan.body === body);
  if (exact) return exact;
  const { id }: { readonly id?: unknown } = JSON.parse(body);
  return (
    plans.find((plan) => body.includes(plan.tag)) ??
    plans.find((plan) => plan.id !== undefined && plan.id === id)
  );
}
