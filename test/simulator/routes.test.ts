import { describe, expect, test } from 'vitest';
import { createRoutes } from '../../simulator/routes.ts';
import { handMadeCatalogue } from './hand-made-catalogue.ts';

const route = createRoutes(handMadeCatalogue);
const shown = (method: string, path: string) => {
  const routing = route(method, path);
  return typeof routing === 'string' ? routing : [routing.operation.path, ...routing.values];
};

describe('a path leads to its operation', () => {
  test.each([
    ['GET', '/service/tickets/count', ['/service/tickets/count']],
    ['GET', '/service/tickets/7', ['/service/tickets/{id}', '7']],
    ['GET', '/service/tickets/7/notes/9', ['/service/tickets/{parentId}/notes/{id}', '7', '9']],
    ['GET', '/SERVICE//Tickets/7/', ['/service/tickets/{id}', '7']],
    ['POST', '/service/boards/types5/copy', ['/service/boards/types{id}/copy', '5']],
    ['POST', '/service/boards/types/5/copy', ['/service/boards/types{id}/copy', '5']],
  ])('%s %s', (method, path, expected) => {
    expect(shown(method, path)).toEqual(expected);
  });
});

describe('a path leads nowhere', () => {
  test.each([
    ['GET', '/company/contactz', 'no-such-path'],
    ['GET', '/company/contacts/abc', 'no-such-path'],
    ['GET', '/', 'no-such-path'],
    ['PUT', '/service/tickets', 'no-such-method'],
    ['GET', `/service${'/a'.repeat(100)}`, 'no-such-path'],
  ])('%s %s', (method, path, expected) => {
    expect(shown(method, path)).toBe(expected);
  });
});
