import { startMs } from './clock.ts';
import { call, type World } from './world.ts';

/** API callers of every connection, each by itself at a random moment. */
interface Interactive {
  /** How long callers waited for their slot. */
  readonly waitsMs: number[];
  /** Callers who were told to come back. */
  turnedAway: number;
}

const patienceMs = 10_000;

/** An API function holds one request, so there are as many workers as callers at a time; the warmest one is taken. */
export function startInteractive(world: World): Interactive {
  const { clock, dice, scenario, newGovernor } = world;
  const seen: Interactive = { waitsMs: [], turnedAway: 0 };
  const idle: ReturnType<typeof newGovernor>[] = [];
  const serve = async (connection: string) => {
    const governor = idle.pop() ?? newGovernor();
    const cameAtMs = clock.now();
    const { admitted } = await governor.admit(connection, { lane: 'interactive', patienceMs });
    if (clock.now() - startMs > scenario.warmUpMinutes * 60_000) {
      if (admitted) seen.waitsMs.push(clock.now() - cameAtMs);
      else seen.turnedAway += 1;
    }
    if (admitted) await call(world, governor, connection);
    idle.push(governor);
  };
  const perMinute = (scenario.interactiveShare ?? 0) * (scenario.course(dice)[0]?.perMinute ?? 0);
  if (perMinute === 0) return seen;
  for (const connection of world.connections.keys()) {
    const arrive = () => {
      void serve(connection);
      next();
    };
    const next = () => clock.at(clock.now() - (Math.log(1 - dice() * 0.999) * 60_000) / perMinute, arrive);
    next();
  }
  return seen;
}
