import { faker } from '@faker-js/faker/locale/en';

type Pool = readonly [string, ...string[]];

/** Words that names are put together from. Drawing them once a seed keeps faker out of every later answer. */
export interface Names {
  readonly firstNames: Pool;
  readonly lastNames: Pool;
  readonly places: Pool;
  readonly streets: Pool;
  readonly titles: Pool;
  readonly sentences: Pool;
}

/** So many draws that repeated words still leave a few hundred different ones. */
const draws = 400;

function pool(draw: () => string): Pool {
  const [first = '', ...others] = new Set(Array.from({ length: draws }, draw));
  return [first, ...others];
}

/** The pools of a seed. Faker's own state is shared, so it is seeded here and drawn from in one go. */
export function createNames(seed: number): Names {
  faker.seed(seed);
  return {
    firstNames: pool(() => faker.person.firstName()),
    lastNames: pool(() => faker.person.lastName()),
    places: pool(() => faker.location.city()),
    streets: pool(() => faker.location.street()),
    titles: pool(() => faker.person.jobTitle()),
    sentences: pool(() => faker.hacker.phrase()),
  };
}
