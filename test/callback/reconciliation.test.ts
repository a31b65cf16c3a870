import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Registration, reconcile, type Step } from '../../lib/callback/reconciliation.ts';
import type { Declared } from '../../lib/callback/registry.ts';

const baseUrl = 'https://api.example.com';
const ours = (name: string, token = 'T') => `${baseUrl}/callbacks/acme/${name}/${token}?recordId=`;

/** What ConnectWise would hold after the steps. */
function after(registrations: readonly Registration[], steps: readonly Step[]): readonly Registration[] {
  const all = new Map(registrations.map((it) => [it.id, it]));
  let next = Math.max(0, ...all.keys());
  for (const step of steps) {
    if (step.kind === 'remove') all.delete(step.registration.id);
    if (step.kind === 'create') {
      const { name: _, ...fields } = step.wanted;
      next += 1;
      // The server fills in the one owner that there is.
      const objectId = fields.level === 'owner' ? 1 : fields.objectId;
      all.set(next, { id: next, ...fields, objectId });
    }
    const repaired = step.kind === 'repair' ? all.get(step.id) : undefined;
    if (step.kind !== 'repair' || !repaired) continue;
    const mended = step.wrong.map((member) => [member, step.wanted[member]] as const);
    all.set(step.id, { ...repaired, ...Object.fromEntries(mended) });
  }
  return [...all.values()];
}

const type = fc.constantFrom<Declared['type']>('ticket', 'company');
const level = fc.constantFrom('owner', 'Board', 'status');
const objectId = fc.integer({ min: 0, max: 2 });
const declared: fc.Arbitrary<Readonly<Record<string, Declared>>> = fc
  .uniqueArray(fc.record({ type, level, objectId }), {
    maxLength: 4,
    selector: (it) => `${it.type} ${it.level} ${it.level === 'owner' ? 1 : it.objectId}`,
  })
  .map((all) => Object.fromEntries(all.map((it, place) => [`callback-${place}`, it])));
const registrations = fc
  .array(
    fc.record({
      url: fc.constantFrom(
        ours('callback-0'),
        ours('callback-1', 'old'),
        'https://other.example.com/hook?id=',
        `${baseUrl}/callbacks/globex/x/T?recordId=`,
      ),
      type: fc.constantFrom('ticket', 'Company', 'company'),
      level,
      objectId,
      inactiveFlag: fc.option(fc.boolean()),
      isSelfSuppressedFlag: fc.option(fc.boolean()),
      description: fc.constantFrom('mine', null),
    }),
    { maxLength: 6 },
  )
  .map((all) => all.map((it, place): Registration => ({ id: place + 1, ...it })));

describe('reconciliation', () => {
  test('ends with what is declared, each once and at work, and everything of others as it was', () => {
    fc.assert(
      fc.property(declared, registrations, (wanted, before) => {
        const parts = { connection: 'acme', declared: wanted, baseUrl, token: 'T' };
        const then = after(before, reconcile({ ...parts, registrations: before }));
        const again = reconcile({ ...parts, registrations: then });
        expect(again.map(({ kind }) => kind)).toEqual(Object.keys(wanted).map(() => 'keep'));
        const isOurs = ({ url }: Registration) => url.startsWith(`${baseUrl}/callbacks/acme/`);
        expect(then.filter((it) => !isOurs(it))).toEqual(before.filter((it) => !isOurs(it)));
        expect(new Set(then.filter(isOurs).map(({ url }) => url))).toEqual(
          new Set(Object.keys(wanted).map((name) => ours(name))),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('keeps the one of two that needs the least repair', () => {
    const topic = { type: 'ticket', level: 'owner', objectId: 1, isSelfSuppressedFlag: false };
    const good = { ...topic, id: 2, url: ours('tickets'), description: 'Manage Connector: tickets' };
    const bad = { ...good, id: 1, inactiveFlag: true };
    const steps = reconcile({
      connection: 'acme',
      declared: { tickets: { type: 'ticket', level: 'owner', objectId: 1 } },
      registrations: [bad, good],
      baseUrl,
      token: 'T',
    });
    expect(steps).toMatchObject([
      { kind: 'keep', id: 2 },
      { kind: 'remove', registration: { id: 1 }, why: 'duplicate' },
    ]);
  });

  test('says who else has a registration about the same', () => {
    const other = {
      id: 9,
      type: 'Ticket',
      level: 'Owner',
      objectId: 1,
      url: 'https://other.example.com/?id=',
    };
    const steps = reconcile({
      connection: 'acme',
      declared: { tickets: { type: 'ticket', level: 'owner', objectId: 1 } },
      registrations: [other],
      baseUrl,
      token: undefined,
    });
    expect(steps).toMatchObject([{ kind: 'create', taken: { id: 9 } }]);
  });
});
