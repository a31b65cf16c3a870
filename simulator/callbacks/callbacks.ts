import type { JsonRecord } from '../json.ts';
import type { Write } from '../writes/ledger.ts';
import { createFailingDays } from './failing-days.ts';
import { messageFor, type Sender } from './message.ts';
import { createOutbox, type Outgoing, type Unreliability } from './outbox.ts';
import { type Delivery, type Posting, post } from './posting.ts';
import { registrationsPath, topicOf } from './registration.ts';
import { covers } from './topics.ts';

/** Tells registered receivers of writes. */
export interface Callbacks {
  /** Looks at a write: a registration is remembered, anything else is told to those who asked. */
  notify(write: Write): void;
  /** The registrations as they were last written. */
  registered(): readonly JsonRecord[];
  setUnreliability(shares: Unreliability): void;
  /** The newest 1,000 deliveries, oldest first. */
  deliveries(): readonly Delivery[];
  /** Resolves when every message, held back ones too, has come to its end. */
  settled(): Promise<void>;
}

/** What callbacks are made from. */
interface CallbackMakings {
  readonly seed: number;
  readonly sender: () => Sender;
  readonly posting: Posting;
  readonly now: () => Date;
  /** Switches a registration off after its receiver failed for too long. */
  readonly disable: (id: number) => void;
}

interface Registration {
  readonly record: JsonRecord;
  /** Who registered: their own changes can be kept from them (§9.4.10). */
  readonly member: string;
}

const mostDeliveries = 1000;

/** Registrations by id. Seeded records are none: only what was written here is called. */
function remember(registrations: Map<number, Registration>, { action, id, record, member }: Write): void {
  if (action === 'deleted') registrations.delete(id);
  else registrations.set(id, { record, member: registrations.get(id)?.member ?? member });
}

function isCalled({ record, member }: Registration, write: Write): boolean {
  if (record['inactiveFlag'] === true) return false;
  if (record['isSelfSuppressedFlag'] === true && member === write.member) return false;
  return covers(topicOf(record), write);
}

export function createCallbacks({ seed, sender, posting, now, disable }: CallbackMakings): Callbacks {
  const registrations = new Map<number, Registration>();
  const failingDays = createFailingDays();
  const deliveries: Delivery[] = [];
  let count = 0;
  const send = async ({ registration, message }: Outgoing): Promise<void> => {
    const delivery = await post(message, posting);
    deliveries.push(delivery);
    if (deliveries.length > mostDeliveries) deliveries.shift();
    const known = registrations.get(registration);
    if (!failingDays.note(registration, delivery.failure === undefined, now()) || known === undefined) return;
    registrations.set(registration, { ...known, record: { ...known.record, inactiveFlag: true } });
    disable(registration);
  };
  const outbox = createOutbox(seed, send);
  return {
    registered: () => [...registrations.values()].map(({ record }) => record),
    deliveries: () => deliveries,
    setUnreliability: outbox.set,
    settled: outbox.settled,
    notify: (write) => {
      if (write.path === registrationsPath) remember(registrations, write);
      for (const [id, registration] of registrations) {
        if (!isCalled(registration, write)) continue;
        count += 1;
        const url = String(registration.record['url'] ?? '');
        outbox.put({ registration: id, message: messageFor(write, { id, url }, count, sender()) });
      }
    },
  };
}
