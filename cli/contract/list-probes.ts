import { namedNext } from '../../lib/pull/page.ts';
import type { Door, Reply } from './door.ts';
import { type Finding, memberOf, type Probe, rowsOf, told, unsure } from './probe.ts';

const tickets = '/service/tickets';

const list = (door: Door, query: Readonly<Record<string, string>>, headers = {}): Promise<Reply> =>
  door.ask({ path: tickets, query, headers });

const forwardOnly = { 'pagination-type': 'forward-only' };

const count = async (door: Door, conditions: string): Promise<number> => {
  const reply = await list(door, { conditions, pageSize: '2', fields: 'id' });
  return reply.status === 200 ? rowsOf(reply).length : Number.NaN;
};

/** A ticket whose summary begins with letters, and when it was changed. */
async function ticketOf(door: Door) {
  const reply = await list(door, {
    pageSize: '50',
    fields: 'id,summary,_info/lastUpdated',
    orderBy: 'id desc',
  });
  return rowsOf(reply).flatMap((row) => {
    const [id, summary] = [memberOf(row, 'id'), memberOf(row, 'summary')];
    const changed = memberOf(memberOf(row, '_info'), 'lastUpdated');
    if (typeof id !== 'number' || typeof summary !== 'string' || typeof changed !== 'string') return [];
    return /^[A-Za-z]{4}/.test(summary)
      ? [{ id, begins: summary.slice(0, 4), changedMs: Date.parse(changed) }]
      : [];
  })[0];
}

const noTicket: Finding = { learned: 'Not told: there is no ticket whose summary begins with letters.' };

/** What lists do that is open: conditions, names, pages. */
export const listProbes: readonly Probe[] = [
  {
    name: 'a quote within a string',
    section: '§13.3',
    run: async (door) => {
      const [backslash, doubled] = [
        await list(door, { conditions: 'summary = "a\\"b"', pageSize: '1', fields: 'id' }),
        await list(door, { conditions: 'summary = "a""b"', pageSize: '1', fields: 'id' }),
      ];
      const learned = `A backslash gets ${told(backslash)}, a doubled quote ${told(doubled)}.`;
      if (backslash.status === 200 && doubled.status === 200) return { learned };
      if (backslash.status === 200) return { learned, switches: { stringEscapes: 'backslash' } };
      return { learned, switches: { stringEscapes: doubled.status === 200 ? 'doubled' : 'none' } };
    },
  },
  {
    name: 'wildcards of like',
    section: '§13.3',
    run: async (door) => {
      const ticket = await ticketOf(door);
      if (!ticket) return noTicket;
      const like = (pattern: string) => count(door, `id = ${ticket.id} and summary like "${pattern}"`);
      const percent = await like(`${ticket.begins}%`);
      const underscore = await like(`_${ticket.begins.slice(1)}%`);
      const learned = `% finds ${percent}, _ finds ${underscore} of one.`;
      if (percent !== 1 || Number.isNaN(underscore)) return { learned };
      return { learned, switches: { likeWildcards: underscore === 1 ? 'sql' : 'documented' } };
    },
  },
  {
    name: 'dates with an offset',
    section: '§13.11',
    run: async (door) => {
      const ticket = await ticketOf(door);
      if (!ticket) return noTicket;
      const at = (ms: number) => `[${new Date(ms + 5 * 3_600_000).toISOString().slice(0, 19)}+05:00]`;
      const [from, until] = [at(ticket.changedMs - 60_000), at(ticket.changedMs + 60_000)];
      const conditions = `id = ${ticket.id} and lastUpdated > ${from} and lastUpdated < ${until}`;
      const found = await count(door, conditions);
      const learned = `A minute around a stamp, given at +05:00, finds ${found} of one.`;
      if (Number.isNaN(found)) return { learned };
      return { learned, switches: { dateOffsets: found === 1 ? 'applied' : 'shifted' } };
    },
  },
  {
    name: 'AND and OR without parentheses',
    section: '§13.4',
    run: async (door) => {
      const ticket = await ticketOf(door);
      if (!ticket) return noTicket;
      const found = await count(door, `id = ${ticket.id} or id = ${ticket.id} and id = -1`);
      return { learned: found === 1 ? 'AND binds tighter.' : `AND does not bind tighter: ${found} found.` };
    },
  },
  {
    name: 'unknown names in fields and orderBy',
    section: '§13.7',
    run: async (door) => {
      const fields = await list(door, { fields: 'id,noSuchName', pageSize: '1' });
      const orderBy = await list(door, { orderBy: 'noSuchName asc', pageSize: '1', fields: 'id' });
      const learned = `fields gets ${told(fields)}, orderBy ${told(orderBy)}.`;
      if (fields.status !== orderBy.status) return { learned };
      if (fields.status === 200) return { learned, switches: { unknownNames: 'dropped' } };
      return fields.status === 400 ? { learned, switches: { unknownNames: 'refused' } } : { learned };
    },
  },
  {
    name: 'Link',
    section: '§4.4–4.6',
    run: async (door) => {
      const many = await list(door, { pageSize: '1', fields: 'id' });
      const one = await list(door, { pageSize: '2', fields: 'id', conditions: 'id = -1' });
      const next = many.headers.get('link') ?? '';
      const learned = `A first page has ${next === '' ? 'none' : 'one'}, a page with all rows ${one.headers.has('link') ? 'one' : 'none'}.`;
      if (next === '') return { learned };
      if (!next.includes('?'))
        return { learned: `${learned} It has no question mark.`, switches: { links: 'old' } };
      return { learned, switches: { links: one.headers.has('link') ? 'always' : 'recorded' } };
    },
  },
  {
    // Pulls ask for the next page by this name (lib/pull/ahead.ts); where it is another, they ask once too often.
    name: 'the next page of a forward-only walk',
    section: '§4.8',
    run: async (door) => {
      const page = await list(door, { pageId: '0', pageSize: '2', fields: 'id' }, forwardOnly);
      const last = memberOf(rowsOf(page).at(-1), 'id');
      if (page.status !== 200 || typeof last !== 'number') return unsure(page);
      const named = namedNext(page.headers);
      if (named === undefined) return { learned: 'A page names no next one.' };
      return { learned: `A page names ${named === last ? 'its last id' : 'another id than its last'}.` };
    },
  },
  {
    name: 'the end of a forward-only walk',
    section: '§13.6',
    run: async (door) => {
      const newest = await list(door, { orderBy: 'id desc', pageSize: '1', fields: 'id' });
      const id = memberOf(rowsOf(newest)[0], 'id');
      if (typeof id !== 'number') return unsure(newest);
      const pageId = String(id - 1);
      const last = await list(door, { pageId, pageSize: '1000', fields: 'id' }, forwardOnly);
      if (last.status !== 200) return unsure(last);
      const link = last.headers.get('link');
      if (link === null) return { learned: 'It has no Link.', switches: { lastForwardLink: 'missing' } };
      if (link === '') return { learned: 'Its Link is empty.', switches: { lastForwardLink: 'empty' } };
      const isSelf = new RegExp(`pageId=${pageId}\\b`, 'i').test(link);
      if (!isSelf) return { learned: 'Its Link leads to another page.' };
      return { learned: 'Its Link leads to itself.', switches: { lastForwardLink: 'self' } };
    },
  },
  {
    name: 'pages below one',
    section: '§13.5',
    run: async (door) => {
      const seen: string[] = [];
      for (const query of [{ page: '0' }, { pageSize: '0' }, { page: '-1' }]) {
        const reply = await list(door, { pageSize: '1', fields: 'id', ...query });
        seen.push(`${JSON.stringify(query)} gets ${told(reply)} with ${rowsOf(reply).length} rows`);
      }
      return { learned: `${seen.join(', ')}.` };
    },
  },
  {
    name: 'a search by POST',
    section: '§3.6',
    run: async (door) => {
      const body = { conditions: 'id > 0' };
      const reply = await door.ask({
        method: 'POST',
        path: `${tickets}/search`,
        query: { pageSize: '1', fields: 'id' },
        body,
      });
      return { learned: `It answers ${told(reply)} with ${rowsOf(reply).length} rows.` };
    },
  },
  {
    name: 'documents of no record',
    section: '§13.15',
    run: async (door) => {
      const reply = await door.ask({ path: '/system/documents', query: { pageSize: '1', fields: 'id' } });
      const learned = `It answers ${told(reply)}.`;
      if (reply.status === 200) return { learned, switches: { documentsOfNoRecord: 'all' } };
      return reply.status === 400 ? { learned, switches: { documentsOfNoRecord: 'refused' } } : { learned };
    },
  },
];
