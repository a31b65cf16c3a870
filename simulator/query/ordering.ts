import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { badRequest } from '../failures.ts';
import { memberOf } from './members.ts';
import type { QueryRules } from './rules.ts';

/** One part of `orderBy`, its name found in the schema of the records or in the one that they are shown in. */
interface Ordering {
  readonly path: readonly string[];
  readonly isShown: boolean;
  readonly direction: 1 | -1;
}

/** The parts of `orderBy=priority/sort asc, _info/lastUpdated desc` (§3.7); references too, the direction is optional. */
export function sortKeys(
  orderBy: string | undefined,
  shown: Schema | undefined,
  schema: Schema,
  catalogue: Catalogue,
  rules: QueryRules,
): Ordering[] {
  const parts = (orderBy ?? '').split(',').map((part) => part.trim());
  return parts.flatMap((part): Ordering[] => {
    if (part === '') return [];
    const [, text = '', direction] = /^(\S+?)(?:\s+(asc|desc))?$/i.exec(part) ?? [];
    const name = text.split('/');
    const stored = memberOf(name, schema, 'record', catalogue);
    const member = stored ?? (shown && memberOf(name, shown, 'record', catalogue));
    const [path] = member?.steps ?? [];
    if (path !== undefined)
      return [
        { path, isShown: stored === undefined, direction: direction?.toLowerCase() === 'desc' ? -1 : 1 },
      ];
    // What orderBy does with a name that it does not know differs from endpoint to endpoint (§13.7).
    if (rules.unknownNames === 'refused') throw badRequest(`The orderBy parameter '${part}' is not valid.`);
    return [];
  });
}
