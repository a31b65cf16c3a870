import type { Desk } from '../desk.ts';
import type { Match, Routing } from '../routes.ts';
import type { Model } from './model-version.ts';

/** Ticket paths that name one ticket, with the part behind the module. */
const ticketPath = /^\/service\/(tickets\/\{\w+\}.*)$/i;

/** The same call on the project side, where the document has it. */
function projectMatch({ operation, values }: Match, desk: Desk): Match | undefined {
  const [, rest] = ticketPath.exec(operation.path) ?? [];
  if (rest === undefined) return undefined;
  const left = [...values];
  const path = `/project/${rest.replaceAll(/\{\w+\}/g, () => left.shift() ?? '')}`;
  const routing = desk.route(operation.method, path);
  return typeof routing === 'string' ? undefined : routing;
}

/**
 * Since 2019.3 `/service/tickets/{id}` does not know project tickets; a caller who asks for an older model still gets
 * them there (connectwise-api.md §2.3). Lists are the same in both models here.
 */
export function withProjectTickets(routing: Routing, model: Model, desk: Desk): Routing {
  if (model === 'latest' || typeof routing === 'string') return routing;
  const [id] = routing.values;
  const { store } = desk.world;
  if (id === undefined || store.holds('service/tickets', Number(id))) return routing;
  const other = store.holds('project/tickets', Number(id)) ? projectMatch(routing, desk) : undefined;
  return other ?? routing;
}
