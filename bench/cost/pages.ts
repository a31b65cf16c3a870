import type { Manage } from '../../lib/clients/manage.ts';
import { parseConditions } from '../../lib/conditions/parsing.ts';
import { holds } from '../../test/conditions/evaluation.ts';
import { cpuMs } from './cpu.ts';
import type { Usage } from './usage.ts';

interface Row {
  readonly id: number;
  readonly text: string;
  readonly _info: { readonly lastUpdated: string };
}

/** As much as makes a row as long as a ticket is: 1,000 of them are 1.4 MB (performance.md). Random, since gzip counts. */
const textLength = 1_320;
const longestMessageBytes = 1_000_000;

/** A list that is pulled: rows that say when they were changed. */
export interface Listed {
  readonly manage: Manage;
  /** Changes so many of its rows now. */
  change(count: number): void;
  /** How many pages went out that are too long for a message. */
  answered(): number;
}

/** @param random for texts that gzip makes half as long, as it does with those of tickets. */
export function listedManage(
  rows: number,
  afterMs: number,
  parts: {
    readonly usage: Usage;
    readonly now: () => number;
    readonly sleep: (waitMs: number) => Promise<void>;
    readonly random: () => number;
  },
): Listed {
  const { usage, now, sleep, random } = parts;
  const stampOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const text = () =>
    Array.from({ length: textLength / 10 }, () => random().toString(36).slice(2, 7).padEnd(10, ' e')).join(
      '',
    );
  const rowOf = (id: number, changedMs: number): Row => ({
    id,
    text: text(),
    _info: { lastUpdated: stampOf(changedMs) },
  });
  // Each was changed a minute after the one before, so that the overlap of a pull holds a few.
  const all = Array.from({ length: rows }, (_, place) => rowOf(place + 1, now() - (rows - place) * 60_000));
  const answer = (body: unknown) =>
    ({
      kind: 'response',
      response: { status: 200, headers: new Headers(), bytes: Buffer.from(JSON.stringify(body)) },
    }) as const;
  let answered = 0;
  return {
    answered: () => answered,
    change: (count) => {
      for (let place = 0; place < count; place += 1) all[place] = rowOf(place + 1, now());
    },
    manage: {
      companyInfo: async () => answer({ Codebase: 'v2026_1/', IsCloud: true }),
      send: async ({ path, query }) => {
        await sleep(afterMs);
        const inputs = new URLSearchParams(query);
        const found = all.filter(filterOf(inputs.get('conditions')));
        if (path.endsWith('/count')) return answer({ count: found.length });
        const orderBy = inputs.get('orderBy') ?? 'id';
        if (orderBy.startsWith('lastUpdated'))
          found.sort((a, b) => a._info.lastUpdated.localeCompare(b._info.lastUpdated));
        if (orderBy.endsWith(' desc')) found.reverse();
        const taken = found.slice(0, Number(inputs.get('pageSize') ?? 25));
        usage.cpuMs += (cpuMs.page * taken.length) / 1_000;
        const page = answer(taken);
        if (page.response.bytes.length > longestMessageBytes) answered += 1;
        return page;
      },
    },
  };
}

function filterOf(text: string | null): (row: Row) => boolean {
  if (text === null) return () => true;
  const parsed = parseConditions(text);
  if (!parsed.valid) throw new Error(`The list cannot read '${text}'.`);
  return (row) => holds(parsed.condition, row);
}
