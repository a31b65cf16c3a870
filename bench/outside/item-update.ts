/** An item of DynamoDB, as its JSON has it. */
export type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

/** An UpdateItem as lib/clients/table.ts writes it: each value has the name of its attribute, or that of a bound. */
export interface ItemUpdate {
  readonly Key: Item & { readonly id: { readonly S: string } };
  /** `SET #a = :a, #b = :b ADD #c :c` */
  readonly UpdateExpression: string;
  /** `#c >= :least AND #c <= :most AND #version = :expected`, or parts of that. */
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues: Item;
}

/** Whether the item is as the condition wants it. */
export function isAllowed(
  item: Item,
  { ConditionExpression, ExpressionAttributeValues }: ItemUpdate,
): boolean {
  const numberOf = (of: Item, name = '') => Number(of[name]?.N ?? Number.NaN);
  return (ConditionExpression?.split(' AND ') ?? []).every((condition) => {
    const absent = /^attribute_not_exists\(#(\w+)\)$/.exec(condition)?.[1];
    if (absent !== undefined) return item[absent] === undefined;
    const [, name, sign, bound] = /^#(\w+) (>=|<=|=) (:\w+)$/.exec(condition) ?? [];
    const [left, right] = [numberOf(item, name), numberOf(ExpressionAttributeValues, bound)];
    return sign === '>=' ? left >= right : sign === '<=' ? left <= right : left === right;
  });
}

export function updated(item: Item, { UpdateExpression, ExpressionAttributeValues }: ItemUpdate): Item {
  const [set = '', add = ''] = UpdateExpression.split(' ADD ');
  const namesOf = (clause: string) => [...clause.matchAll(/#(\w+)/g)].map(([, name = '']) => name);
  const written = namesOf(set).map((name) => [name, ExpressionAttributeValues[`:${name}`] ?? {}] as const);
  const added = namesOf(add).map((name) => {
    const sum = Number(item[name]?.N ?? 0) + Number(ExpressionAttributeValues[`:${name}`]?.N);
    return [name, { N: String(sum) }] as const;
  });
  return { ...item, ...Object.fromEntries([...written, ...added]) };
}
