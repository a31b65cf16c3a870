import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { handler as api, apiHandler } from '../../functions/api.ts';
import { createServices } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { companyMessage } from '../callback/signed.ts';
import {
  type CallbackStage,
  companies,
  declare,
  openCallbackStage,
  pull,
  pulling,
  tokenIn,
} from './callback-stage.ts';
import { apiEvent, bodyOf, contextOf, type Doors } from './doors.ts';

let doors: Doors;
let keyUrl: string;
let post: CallbackStage['post'];
beforeAll(async () => {
  ({ doors, keyUrl, post } = await openCallbackStage());
});
afterAll(() => doors.close());
afterEach(() => {
  vi.restoreAllMocks();
});

/** A message that never came before. */
const fresh = () => companyMessage(keyUrl, { MessageId: randomUUID() });

describe('declaring callbacks', () => {
  test('keeps the token until a new one is asked for, and then refuses the old one', async () => {
    await doors.connect('initech');
    const first = tokenIn(await declare({ declared: { companies } }, 'initech'));
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(tokenIn(await declare({ declared: { companies } }, 'initech'))).toBe(first);
    const statusBy = async (token: string) =>
      (await post(fresh(), undefined, { connection: 'initech', token })).statusCode;
    vi.spyOn(console, 'info').mockImplementation(() => {});
    expect(await statusBy(first)).toBe(202);
    const next = tokenIn(await declare({ declared: { companies }, renewsToken: true }, 'initech'));
    expect(next).not.toBe(first);
    expect([await statusBy(next), await statusBy(first)]).toEqual([202, 401]);
  });

  test.each([
    [
      'a pull of another connection',
      { starts: { ...pulling.starts, invocation: { ...pull, connection: 'globex' } } },
      'of another connection',
    ],
    [
      'a pull of everything',
      { starts: { ...pulling.starts, invocation: { ...pull, incremental: undefined } } },
      'not incremental',
    ],
    ['a type that there is none', { type: 'note' }, "'declared.x.type' must be"],
  ])('refuses %s', async (_, fields, sentence) => {
    const answer = await declare({ declared: { x: { ...companies, ...fields } } });
    expect([answer.statusCode, bodyOf(answer)['detail']]).toEqual([400, expect.stringContaining(sentence)]);
  });

  test.each([
    ['where the queue lets no message wait', { isFifo: true }, 400, 'a FIFO queue lets no message wait'],
    ['to who may not use it', { grantingClaim: { name: 'scope', prefix: '' } }, 403, 'does not grant'],
  ])('is refused %s', async (_, over, status, sentence) => {
    const body = JSON.stringify({ declared: { pulling } });
    const event = apiEvent('PUT /callbacks', { queryStringParameters: { connection: 'acme' }, body });
    const answer = await apiHandler(() => ({ ...createServices(readSettings()), ...over }))(
      event,
      contextOf(),
    );
    expect([answer.statusCode, bodyOf(answer)['detail']]).toEqual([
      status,
      expect.stringContaining(sentence),
    ]);
  });

  test('is shown; where nothing is declared, that is said', async () => {
    const get = (connection: string) =>
      api(apiEvent('GET /callbacks', { queryStringParameters: { connection } }), contextOf());
    expect(bodyOf(await get('acme'))).toMatchObject({ company: 'acme', origin: doors.simulator.url });
    expect((await get('globex')).statusCode).toBe(404);
    const unknown = await declare({ declared: {} }, 'nobody');
    expect(bodyOf(unknown)).toMatchObject({ reason: 'unknown_connection' });
  });
});
