import { callDirectly } from '../bystander.ts';
import type { World } from '../outside.ts';
import { collections, type Setting } from './setting.ts';

/** When records came and went, by ConnectWise itself: reads see both only after the lag. */
export interface People {
  begin(): void;
  /** Those that were there for every read from one time to another. */
  thereAllTheTime(fromMs: number, toMs: number): readonly number[];
}

interface Life {
  readonly fromMs: number;
  readonly toMs: number;
}

const pauseMs = { from: 100, to: 15_000 };
/** Several at one moment have one stamp, which is in whole seconds. */
const mostAtOnce = 6;
const always: Life = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** Those who work in the same ConnectWise: they add, change and delete as long as the weather is bad. */
export function createPeople(world: World, setting: Setting, rows: number): People {
  const { turns, dice, weather, stage, sightings } = world;
  const { path } = collections[setting.kind];
  const lives = new Map(Array.from({ length: rows }, (_, place) => [place + 1, always]));

  const work = async () => {
    const nowMs = turns.now();
    for (const { id, action } of stage.simulator.mutate(dice.whole(1, mostAtOnce))) {
      sightings.tell(`somebody: ${action} ${id}`);
      if (action === 'added') lives.set(id, { ...always, fromMs: nowMs });
      if (action === 'deleted') lives.set(id, { fromMs: lives.get(id)?.fromMs ?? nowMs, toMs: nowMs });
    }
    if (setting.kind === 'companies' && dice.chance(0.5)) await mark();
    if (!weather.isCalm) turns.after(dice.whole(pauseMs.from, pauseMs.to), work);
  };
  /** Companies that are deleted by a call stay, with a mark. */
  const mark = async () => {
    const id = dice.pick([1, ...lives.keys()]);
    await callDirectly('DELETE', `${path}/${id}`, stage);
    sightings.tell(`somebody marks ${id} as deleted`);
  };
  return {
    begin: () => turns.after(0, work),
    thereAllTheTime: (fromMs, toMs) =>
      [...lives]
        .filter(([, life]) => life.fromMs + setting.lagMs <= fromMs && life.toMs >= toMs)
        .map(([id]) => id),
  };
}
