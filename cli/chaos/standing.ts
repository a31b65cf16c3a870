import { callDirectly } from './bystander.ts';
import type { Plan } from './plan.ts';
import type { Stage } from './stage.ts';

/** How often a write stands in ConnectWise, by asking it: the record that it made, changed or took away. */
export async function standing(plan: Plan, stage: Stage): Promise<number> {
  const { record, kind, tag } = plan;
  if (kind === 'large note')
    return countOf(await ask(`/service/tickets/${numberOf(plan)}/notes?pageSize=1000`, stage), tag);
  if (record === undefined)
    return countOf(
      await ask(
        `/service/tickets?pageSize=1000&conditions=${encodeURIComponent(`summary = "${tag}"`)}`,
        stage,
      ),
      tag,
    );
  const found = await ask(record, stage);
  if (kind === 'delete') return found === undefined ? 1 : 0;
  return countOf([found], tag);
}

const numberOf = ({ body }: Plan): unknown => {
  const { inputs }: { readonly inputs?: { readonly parentId?: unknown } } = JSON.parse(body);
  return inputs?.parentId;
};

const countOf = (records: unknown, tag: string): number =>
  Array.isArray(records) ? records.filter((it) => JSON.stringify(it ?? null).includes(tag)).length : 0;

/** @returns undefined where the record is not there. */
async function ask(path: string, stage: Stage): Promise<unknown> {
  const response = await callDirectly('GET', path, stage);
  return response.status === 404 ? undefined : response.json();
}
