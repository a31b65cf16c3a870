import { createDice } from '../dice.ts';
import type { Message } from './message.ts';

/** How unreliable the sending is: shares from 0 to 1, drawn from the seed (connectwise-api.md §9.4.10). */
export interface Unreliability {
  /** Messages that are never sent. */
  readonly drop: number;
  /** Messages that are sent twice. */
  readonly duplicate: number;
  /** Messages that are held back until the next one was sent. */
  readonly reorder: number;
}

/** A message and the registration that it is for. */
export interface Outgoing {
  readonly registration: number;
  readonly message: Message;
}

/** Hands messages to their sender, in order for each registration as long as nothing else is asked for. */
interface Outbox {
  put(outgoing: Outgoing): void;
  set(shares: Unreliability): void;
  /** Resolves when every message, held back ones too, has come to its end. */
  settled(): Promise<void>;
}

export function createOutbox(seed: number, send: (outgoing: Outgoing) => Promise<void>): Outbox {
  const lines = new Map<number, Promise<void>>();
  let shares: Unreliability = { drop: 0, duplicate: 0, reorder: 0 };
  let held: Outgoing[] = [];
  let count = 0;
  const queue = (outgoing: Outgoing): void => {
    const line = lines.get(outgoing.registration) ?? Promise.resolve();
    // A wait that the simulator's end cuts short rejects: there is nobody left to tell.
    const next = line.then(() => send(outgoing)).catch(() => undefined);
    lines.set(outgoing.registration, next);
  };
  const release = (): void => {
    for (const outgoing of held.splice(0)) queue(outgoing);
  };
  return {
    set: (next) => {
      shares = next;
    },
    put: (outgoing) => {
      count += 1;
      const dice = createDice(seed, 'callback', count);
      if (dice.chance(shares.drop)) return;
      const copies = dice.chance(shares.duplicate) ? [outgoing, outgoing] : [outgoing];
      if (dice.chance(shares.reorder)) {
        held = [...held, ...copies];
        return;
      }
      for (const copy of copies) queue(copy);
      release();
    },
    settled: async () => {
      release();
      await Promise.all(lines.values());
    },
  };
}
