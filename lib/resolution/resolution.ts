import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Operation } from '../catalogue/operation.ts';
import type { Connection } from '../connection.ts';
import { paragraph } from '../explanation.ts';
import type { Failure } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { type Finding, gather } from '../preflight/finding.ts';
import type { ManageRequest } from '../request.ts';
import type { Ending, SendingParts, Timing } from '../sending.ts';
import { fieldEntries } from './custom-fields.ts';
import { createInquiries, LookUpFailed } from './look-up.ts';
import { type Place, rewrite } from './place.ts';
import { recordId } from './record.ts';
import type { Session } from './session.ts';
import { createSources } from './source.ts';
import { Unresolved, unaskable } from './unresolved.ts';

/**
 * How resolving the names of an invocation ended.
 * - `resolved`: the same invocation with ids in place of names.
 * - `refused`: some names have no id; the findings say which, and what they may have meant.
 * - `ended`: a look-up was not answered, so the message ends as a call of that kind does.
 */
export type Resolution =
  | { readonly kind: 'resolved'; readonly invocation: Invocation }
  | { readonly kind: 'refused'; readonly failure: Failure & { readonly findings: readonly Finding[] } }
  | ({ readonly kind: 'ended'; readonly path: string } & UnansweredLookUp);

interface UnansweredLookUp {
  readonly operation: Operation;
  readonly request: ManageRequest;
  readonly ending: Ending;
}

export interface Resolver {
  /**
   * The invocation as it would be with ids, for what can be checked before any look-up; as it is where it does not ask for
   * ids. The ids are made up: it must not be sent.
   */
  withStandIns(operation: Operation, invocation: Invocation): Invocation;
  /** Looks the names up, four at a time, and sends nothing but reads. Never throws but for a fault of ours. */
  resolve(
    operation: Operation,
    invocation: Invocation,
    connection: Connection,
    timing: Timing,
  ): Promise<Resolution>;
}

/** ConnectWise leaves a client in peace that sends four calls at a time (connectwise-api.md §12.2). */
const lanes = 4;

/** Turns the names of a request into ids where the message asks for it. What look-ups found is remembered by the resolver. */
export function createResolver(parts: SendingParts, catalogue: Catalogue): Resolver {
  const sources = createSources(catalogue);
  const inquiries = createInquiries(parts, catalogue);
  const replaced = (operation: Operation, invocation: Invocation, replace: (place: Place) => unknown) => ({
    ...invocation,
    request: rewrite(operation, invocation.request, catalogue.schema, replace),
  });
  return {
    withStandIns: (operation, invocation) =>
      invocation.resolve === true ? replaced(operation, invocation, standIn) : invocation,
    resolve: async (operation, invocation, connection, timing) => {
      const inquiry = inquiries(connection, timing);
      const inputs = invocation.inputs ?? {};
      const places: Place[] = [];
      replaced(operation, invocation, (place) => places.push(place));
      const found = await resolveAll(places, { operation, inputs, catalogue, sources, inquiry });
      if (found.kind !== 'values') return found;
      const resolved = replaced(operation, invocation, ({ path }) => found.values.get(path));
      return { kind: 'resolved', invocation: { ...resolved, resolve: false } };
    },
  };
}

const standIn = (place: Place): unknown =>
  place.kind === 'record' ? { id: 1 } : [...place.values.values()].map((value) => ({ id: 1, value }));

type Found =
  | { readonly kind: 'values'; readonly values: ReadonlyMap<string, unknown> }
  | Exclude<Resolution, { kind: 'resolved' }>;

/** Every place with its value, by its path; all that is wrong with names is told at once. */
async function resolveAll(places: readonly Place[], session: Session): Promise<Found> {
  const values = new Map<string, unknown>();
  const wrong = new Map<Place, readonly Finding[]>();
  let ended: (Resolution & { kind: 'ended' }) | undefined;
  const waiting = places.values();
  const lane = async () => {
    for (const place of waiting) {
      if (ended) return;
      const outcome = await resolveOne(place, session);
      if ('value' in outcome) values.set(place.path, outcome.value);
      else if ('findings' in outcome) wrong.set(place, outcome.findings);
      else ended ??= outcome;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (ended) return ended;
  const findings = places.flatMap((place) => wrong.get(place) ?? []);
  return findings.length === 0 ? { kind: 'values', values } : refused(session.operation, findings);
}

type OneFound =
  | { readonly value: unknown }
  | { readonly findings: readonly Finding[] }
  | (Resolution & { kind: 'ended' });

async function resolveOne(place: Place, session: Session): Promise<OneFound> {
  try {
    if (place.kind === 'fields') return { value: await fieldEntries(place, session) };
    return { value: { id: await recordId(place, session) } };
  } catch (error) {
    if (error instanceof Unresolved) return { findings: error.findings };
    if (!(error instanceof LookUpFailed)) throw error;
    const { operation, request, ending } = error;
    if (ending) return { kind: 'ended', path: place.path, operation, request, ending };
    const why = `cannot be looked up: ${request.method} ${request.path} answered with something else than records`;
    return { findings: unaskable(place.path, why).findings };
  }
}

/** A board that is not found is the trouble of its status too, and is told once. */
function refused({ operationId }: Operation, all: readonly Finding[]): Found {
  const once = [...new Map(all.map((finding) => [finding.path, finding])).values()];
  const findings = gather((report) => {
    for (const { severity, path, reason, message, mend } of once)
      report(severity, path, () => ({ reason, message, mend }));
  });
  const message = `${operationId} was not sent. ${paragraph(findings.map((it) => it.message))}`;
  return { kind: 'refused', failure: { reason: once[0]?.reason ?? 'cannot_resolve', message, findings } };
}
