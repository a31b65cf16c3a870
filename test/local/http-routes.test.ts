import { describe, expect, test } from 'vitest';
import { findRoute } from '../../local/http-routes.ts';

const keys = [
  '$default',
  'ANY /{proxy+}',
  'GET /operations',
  'GET /operations/{id}',
  'ANY /operations/{id}',
  'GET /operations/all',
  'GET /a/{x}/c/{rest+}',
];
const routes = keys.map((key) => ({ key, target: key }));

describe('http routes', () => {
  test.each([
    ['GET', '/operations', 'GET /operations', {}],
    ['GET', '/operations/all', 'GET /operations/all', {}],
    ['GET', '/operations/GET%20%2Fservice%2Ftickets', 'GET /operations/{id}', { id: 'GET /service/tickets' }],
    ['POST', '/operations/7', 'ANY /operations/{id}', { id: '7' }],
    ['GET', '/a/1/c/2/3%204', 'GET /a/{x}/c/{rest+}', { x: '1', rest: '2/3 4' }],
    ['GET', '/operations/7/more', 'ANY /{proxy+}', { proxy: 'operations/7/more' }],
    ['GET', '/operations/%zz', 'GET /operations/{id}', { id: '%zz' }],
    ['POST', '/operations', 'ANY /{proxy+}', { proxy: 'operations' }],
  ])('%s %s is taken by %s', (method, path, key, pathParameters) => {
    expect(findRoute(routes, method, path)).toEqual({ key, target: key, pathParameters });
  });

  test('the default route takes what is left', () => {
    const few = routes.filter(({ key }) => key === '$default' || key === 'GET /operations');
    expect(findRoute(few, 'GET', '/nowhere')?.key).toBe('$default');
    expect(findRoute(few.slice(1), 'GET', '/nowhere')).toBeUndefined();
  });
});
