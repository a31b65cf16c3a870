import { describe, expect, test } from 'vitest';
import { runScenario } from '../../cli/simulation/run.ts';
import type { Scenario } from '../../cli/simulation/scenario.ts';
import { scenarios } from '../../cli/simulation/scenarios.ts';

function named(name: string): Scenario {
  const scenario = scenarios.find((it) => it.name === name);
  if (!scenario) throw new Error(`There is no scenario '${name}'.`);
  return { ...scenario, minutes: 40 };
}

describe('in simulated time', () => {
  test.each(['fixed window 1000', 'token bucket 600', 'saturation 600'])(
    '%s is nearly used up, and seldom exceeded',
    async (name) => {
      const outcome = await runScenario(named(name), 1);
      expect(outcome.utilisation).toBeGreaterThan(0.9);
      expect(outcome.limitedShare).toBeLessThan(0.01);
      expect(outcome.tableCalls).toBeLessThan(0.3);
      expect(outcome.deadLetters).toBe(0);
      expect(outcome.meanReceives).toBeLessThan(5);
    },
  );

  test('interactive callers hardly wait while bulk saturates the limit', async () => {
    const outcome = await runScenario(named('interactive 10 %'), 1);
    expect(outcome.waitP50Ms).toBeLessThan(100);
    expect(outcome.waitP95Ms).toBeLessThan(1_000);
  });

  test('the ceiling of the user is used up and not exceeded', async () => {
    const { utilisation } = await runScenario(named('ceiling 500'), 1);
    expect(utilisation).toBeGreaterThan(0.95);
    expect(utilisation).toBeLessThanOrEqual(1.001);
  });

  test('connections of equal limits get equal shares', async () => {
    const scenario = { ...named('10 connections of 200'), minutes: 25 };
    expect((await runScenario(scenario, 1)).fairness).toBeGreaterThan(0.98);
  });

  test('the same seed gives the same figures', async () => {
    const scenario = { ...named('fixed window 60'), minutes: 20 };
    expect(await runScenario(scenario, 3)).toEqual(await runScenario(scenario, 3));
  });
});
