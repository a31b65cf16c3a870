import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInvocation } from '../lib/invocation.ts';

const minimal = { version: 1, connection: 'acme', operationId: 'getServiceTickets' };

const parse = (value: unknown) => parseInvocation(typeof value === 'string' ? value : JSON.stringify(value));

function messageOf(value: unknown): string {
  const parsed = parse(value);
  return parsed.valid ? 'valid' : parsed.message;
}

describe('a valid invocation', () => {
  test('needs a version, a connection and an operation', () => {
    expect(parse(minimal)).toEqual({ valid: true, invocation: minimal });
  });

  test('keeps everything that it may carry', () => {
    const whole = {
      ...minimal,
      id: 'erp-42:create-ticket',
      inputs: { conditions: 'closedFlag = false', pageSize: 1000 },
      request: [{ op: 'replace', path: 'summary', value: null }],
      returnHttpFailureResponses: true,
    };
    expect(parse(whole)).toEqual({ valid: true, invocation: whole });
  });

  test.each([{ inputs: null }, { request: null }, { request: 'text' }, { request: 0 }])(
    'may hold %j',
    (members) => {
      expect(parse({ ...minimal, ...members })).toEqual({
        valid: true,
        invocation: { ...minimal, ...members },
      });
    },
  );

  test('cannot reach a prototype by its inputs', () => {
    const parsed = parse(
      `{"version":1,"connection":"acme","operationId":"x","inputs":{"__proto__":{"a":1}}}`,
    );
    expect(
      parsed.valid && parsed.invocation.inputs && Reflect.get(parsed.invocation.inputs, 'a'),
    ).toBeUndefined();
  });
});

describe('an invalid invocation', () => {
  test.each([
    [{ ...minimal, version: undefined }, "'version' is missing."],
    [{ ...minimal, version: 2 }, "'version' must be 1."],
    [{ ...minimal, version: '1' }, "'version' must be 1."],
    [{ ...minimal, connection: undefined }, "'connection' is missing."],
    [{ ...minimal, connection: 7 }, "'connection' must be a string."],
    [{ ...minimal, operationId: '' }, "'operationId' must not be empty."],
    [{ ...minimal, operationId: 'x'.repeat(501) }, "'operationId' must not be longer than 500 characters."],
    [{ ...minimal, id: '' }, "'id' must not be empty."],
    [{ ...minimal, id: 'x'.repeat(257) }, "'id' must not be longer than 256 characters."],
    [{ ...minimal, inputs: [] }, "'inputs' must be an object."],
    [{ ...minimal, inputs: 'id=1' }, "'inputs' must be an object."],
    [{ ...minimal, returnHttpFailureResponses: 'true' }, "'returnHttpFailureResponses' must be a boolean."],
    [{ ...minimal, input: {} }, "There is no field 'input' (did you mean 'inputs'?)."],
    [{ ...minimal, wholly: 'other' }, "There is no field 'wholly'."],
    [[], 'It must be an object.'],
    ['null', 'It must be an object.'],
  ])('%j is told what is wrong with it', (value, sentence) => {
    expect(messageOf(value)).toBe(`The invocation is not valid: ${sentence}`);
  });

  test.each(['../other', 'a/b', '.hidden', '-x', 'a b', 'a\n', '', 'x'.repeat(65), 'ä'])(
    'cannot leave the prefix of secrets by the connection %j',
    (connection) => {
      expect(messageOf({ ...minimal, connection })).toContain("'connection' must be 1 to 64 letters");
    },
  );

  test('is told everything at once', () => {
    const message = messageOf({ version: 2, conection: 'acme', operationId: '' });
    expect(message).toContain("'version' must be 1.");
    expect(message).toContain("'connection' is missing.");
    expect(message).toContain("'operationId' must not be empty.");
    expect(message).toContain("There is no field 'conection' (did you mean 'connection'?).");
  });

  test('is quoted so that its result finds the sender', () => {
    const parsed = parse({ id: 'erp-42', connection: 'acme', operationId: 5, extra: 'x' });
    expect(parsed).toMatchObject({ valid: false, quoted: { id: 'erp-42', connection: 'acme' } });
    expect(parsed.valid ? {} : parsed.quoted).not.toHaveProperty('operationId');
  });

  test('is not quoted where a member is too long', () => {
    const parsed = parse({ id: 'x'.repeat(501), connection: 'acme' });
    expect(parsed.valid ? {} : parsed.quoted).toEqual({ connection: 'acme' });
  });

  test('with a thousand unknown fields gets a short message', () => {
    const fields = Array.from({ length: 1_000 }, (_, index) => [`unknown${index}`, 1]);
    const message = messageOf({ ...minimal, ...Object.fromEntries(fields) });
    expect(message).toContain("There is no field 'unknown9'. And 990 more.");
  });

  test('with an endless name gets a short message', () => {
    expect(messageOf({ ...minimal, ['x'.repeat(1_000_000)]: 1 }).length).toBeLessThan(200);
  });
});

describe('text that is not JSON', () => {
  test('is said to break off, and where', () => {
    expect(messageOf('{"version": 1')).toMatch(/^The invocation is not JSON: it .* at position 13/);
  });

  test.each(['', 'hello', '<xml/>', '{', "{'version': 1}"])('%j is refused', (text) => {
    expect(parse(text)).toEqual({
      valid: false,
      message: expect.stringMatching(/^The invocation is not JSON/),
      quoted: {},
    });
  });

  test('is not quoted', () => {
    expect(messageOf('{"password": hunter2hunter2}')).not.toContain('hunter2');
  });
});

test('whatever the text, parsing does not throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      const parsed = parseInvocation(text);
      expect(parsed.valid || parsed.message.length > 0).toBe(true);
    }),
  );
});
