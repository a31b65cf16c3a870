import { nearestTo, quoted } from '../explanation.ts';
import type { Finding } from '../preflight/finding.ts';

/**
 * Names of a request that have no id. A guess would write the wrong record, so nothing is sent. The reasons of its findings:
 * - `unresolved_name`: nothing is called so.
 * - `ambiguous_name`: several are.
 * - `cannot_resolve`: it cannot be found out.
 */
export class Unresolved extends Error {
  override readonly name = 'Unresolved';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super('A name has no id.');
    this.findings = findings;
  }
}

/** A name that cannot be looked up. @param why goes on after the path: `has no list to be looked up in`. */
export function unaskable(path: string, why: string, mend = 'Give it as { "id": … }.'): Unresolved {
  return new Unresolved([
    { severity: 'error', path, reason: 'cannot_resolve', message: `'${path}' ${why}.`, mend },
  ]);
}

/** Something that a name may have meant. */
export interface Candidate {
  readonly id: number;
  readonly names: readonly string[];
  /** The company that it belongs to, which tells those of one name apart. */
  readonly company?: string;
}

const maxCandidates = 10;

/** Nothing is called so; of what there is, the nearest are told. */
export function missing(
  path: string,
  place: string,
  name: string,
  candidates: readonly Candidate[],
): Finding {
  // Who writes the beginning of a long name is near to it too.
  const compared = ({ names }: Candidate) => names.flatMap((it) => [it, it.slice(0, name.length)]);
  const nearest = nearestTo(name, candidates, compared).slice(0, maxCandidates);
  const begins = candidates.length > nearest.length ? 'The nearest are' : 'There are';
  const known = nearest.length === 0 ? 'There are none to choose from.' : `${begins} ${list(nearest)}.`;
  return {
    severity: 'error',
    path,
    reason: 'unresolved_name',
    message: `'${path}' names nothing in ${place}. ${known}`,
    mend: 'Give one of these names, or the id: { "id": … }.',
  };
}

/** Several are called so. */
export function ambiguous(path: string, place: string, candidates: readonly Candidate[]): Finding {
  const shown = candidates.slice(0, maxCandidates);
  const more = candidates.length > shown.length ? ', and more' : '';
  return {
    severity: 'error',
    path,
    reason: 'ambiguous_name',
    message: `'${path}' names more than one in ${place}: ${list(shown)}${more}.`,
    mend: 'Give the id of the one that is meant: { "id": … }.',
  };
}

const list = (candidates: readonly Candidate[]): string =>
  candidates
    .map(({ id, names, company }) => {
      const owner = company === undefined ? '' : ` of ${quoted(company)}`;
      return `${names.map(quoted).join(' or ')}${owner} (id ${id})`;
    })
    .join(', ');
