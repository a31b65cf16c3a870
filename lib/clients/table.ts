import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
import type { Counted, CountedStore, Counts, Update } from '../counted-store.ts';
import { StoreUnavailable, type VersionedStore } from '../versioned-store.ts';

/** How the values of one kind are kept. */
export interface Kind<T> {
  /** What their keys begin with in the table: `journal/`. */
  readonly prefix: string;
  /** What was written is parsed again when it is read: another version of the connector may have written it. */
  readonly schema: z.ZodMiniType<T>;
  /** How long a value is kept after its last write. DynamoDB removes it within days after that. */
  readonly keptSeconds: number;
}

/**
 * Versioned values in a table whose partition key is `id`, with numbers beside them where somebody counts. One item a value,
 * written whole on the condition that nobody else has written since: no transaction is needed.
 * @param now for the time of expiry, in milliseconds.
 */
export function createTable(tableName: string, config: DynamoDBClientConfig, now: () => number) {
  const client = new DynamoDBClient(config);
  return <T>({ prefix, schema, keptSeconds }: Kind<T>): VersionedStore<T> & CountedStore<T> => {
    const expiresAt = () => ({ N: String(Math.ceil(now() / 1000) + keptSeconds) });
    const keyOf = (key: string) => ({ TableName: tableName, Key: { id: { S: `${prefix}${key}` } } });
    const look = async (key: string) => {
      const command = new GetItemCommand({ ...keyOf(key), ConsistentRead: true });
      const { Item } = await client.send(command).catch(unavailable);
      return Item && countedOf(Item, prefix, schema);
    };
    return {
      look,
      read: async (key) => {
        const { value, version } = (await look(key)) ?? {};
        return value === undefined || version === undefined ? undefined : { value, version };
      },
      write: async (key, value, expected) => {
        const { TableName, Key } = keyOf(key);
        const Item = { ...Key, ...itemOf(value, expected), expiresAt: expiresAt() };
        try {
          await client.send(new PutItemCommand({ TableName, Item, ...condition(expected) }));
          return true;
        } catch (error) {
          return error instanceof ConditionalCheckFailedException ? false : unavailable(error);
        }
      },
      update: async (key, update) => {
        const command = new UpdateItemCommand({ ...keyOf(key), ...expressionOf(update, expiresAt()) });
        try {
          const { Attributes = {} } = await client.send(command);
          return { done: true, found: countedOf(Attributes, prefix, schema) };
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) return unavailable(error);
          // AWS gives what stands there along with the refusal, where anything does; the emulator does not.
          const found = error.Item ? countedOf(error.Item, prefix, schema) : await look(key);
          return { done: false, found: found ?? { value: undefined, version: undefined, counts: {} } };
        }
      },
    };
  };
}

type Item = Readonly<Record<string, AttributeValue>>;

const itemOf = <T>(value: T, expected: number | undefined) => ({
  version: { N: String((expected ?? 0) + 1) },
  value: { S: JSON.stringify(value) },
});

function condition(expected: number | undefined) {
  if (expected === undefined) return { ConditionExpression: 'attribute_not_exists(id)' };
  return {
    ConditionExpression: 'version = :expected',
    ExpressionAttributeValues: { ':expected': { N: String(expected) } },
  };
}

/** Names are never written into an expression: some are DynamoDB's own words (`value`). What counts is prefixed. */
function expressionOf<T>({ add, within, write }: Update<T>, expiresAt: AttributeValue) {
  const set: Item = { ...(write && itemOf(write.value, write.expected)), expiresAt };
  const added = Object.entries(add).map(([name, by]) => [`${counted}${name}`, { N: String(by) }] as const);
  const conditions = [
    // Not BETWEEN, which DynamoDB refuses where nothing can lie between the two.
    within && `#${counted}${within.name} >= :least AND #${counted}${within.name} <= :most`,
    write && (write.expected === undefined ? 'attribute_not_exists(#version)' : '#version = :expected'),
  ].filter((it) => it !== undefined);
  const clauses = (all: readonly string[], sign: string) =>
    all.map((it) => `#${it} ${sign}:${it}`).join(', ');
  const adding =
    added.length > 0
      ? ` ADD ${clauses(
          added.map(([name]) => name),
          '',
        )}`
      : '';
  // Each name that an expression uses, and no other: DynamoDB refuses both.
  const used = new Set([
    ...Object.keys(set),
    ...added.map(([name]) => name),
    ...(within ? [`${counted}${within.name}`] : []),
  ]);
  return {
    UpdateExpression: `SET ${clauses(Object.keys(set), '= ')}${adding}`,
    ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
    ExpressionAttributeNames: Object.fromEntries([...used].map((it) => [`#${it}`, it])),
    ExpressionAttributeValues: Object.fromEntries([
      ...[...Object.entries(set), ...added].map(([name, it]) => [`:${name}`, it]),
      ...(within
        ? [
            [':least', { N: String(within.least) }],
            [':most', { N: String(within.most) }],
          ]
        : []),
      ...(write?.expected === undefined ? [] : [[':expected', { N: String(write.expected) }]]),
    ]),
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } satisfies Partial<UpdateItemCommandInput>;
}

/** What the attributes begin with that are counted. */
const counted = 'count_';

function countedOf<T>(item: Item, prefix: string, schema: z.ZodMiniType<T>): Counted<T> {
  const counts: Counts = Object.fromEntries(
    Object.entries(item).flatMap(([name, { N }]) =>
      name.startsWith(counted) ? [[name.slice(counted.length), Number(N)]] : [],
    ),
  );
  const version = Number(item['version']?.N);
  const text = item['value']?.S;
  if (text === undefined || !Number.isInteger(version))
    return { value: undefined, version: undefined, counts };
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return { value: parsed.data, version, counts };
  throw new StoreUnavailable(`The item ${prefix}… was written in a form that this version cannot read.`);
}

function unavailable(error: unknown): never {
  const name = error instanceof Error ? error.name : 'unknown error';
  throw new StoreUnavailable(`The table could not be asked just now (${name}).`);
}
