import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
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
 * Versioned values in a table whose partition key is `id`. One item a value, written whole on the condition that nobody
 * else has written since: no transaction is needed.
 * @param now for the time of expiry, in milliseconds.
 */
export function createTable(tableName: string, config: DynamoDBClientConfig, now: () => number) {
  const client = new DynamoDBClient(config);
  return <T>({ prefix, schema, keptSeconds }: Kind<T>): VersionedStore<T> => ({
    read: async (key) => {
      const Key = { id: { S: `${prefix}${key}` } };
      const command = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
      const { Item } = await client.send(command).catch(unavailable);
      const version = Number(Item?.['version']?.N);
      const text = Item?.['value']?.S;
      if (text === undefined || !Number.isInteger(version)) return undefined;
      const parsed = schema.safeParse(JSON.parse(text));
      if (parsed.success) return { value: parsed.data, version };
      throw new StoreUnavailable(`The item ${prefix}… was written in a form that this version cannot read.`);
    },
    write: async (key, value, expected) => {
      const Item = {
        id: { S: `${prefix}${key}` },
        version: { N: String((expected ?? 0) + 1) },
        value: { S: JSON.stringify(value) },
        expiresAt: { N: String(Math.ceil(now() / 1000) + keptSeconds) },
      };
      const command = new PutItemCommand({ TableName: tableName, Item, ...condition(expected) });
      try {
        await client.send(command);
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
        return unavailable(error);
      }
    },
  });
}

function condition(expected: number | undefined) {
  if (expected === undefined) return { ConditionExpression: 'attribute_not_exists(id)' };
  return {
    ConditionExpression: 'version = :expected',
    ExpressionAttributeValues: { ':expected': { N: String(expected) } },
  };
}

function unavailable(error: unknown): never {
  const name = error instanceof Error ? error.name : 'unknown error';
  throw new StoreUnavailable(`The table could not be asked just now (${name}).`);
}
