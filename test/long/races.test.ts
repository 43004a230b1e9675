import { expect, it } from 'vitest';
import { seedFrom } from '../support/chance.ts';
import { raced } from '../support/races.ts';

const minutes = 60_000;

it.each([
  { what: 'one server', apps: 1 },
  { what: 'two servers on one file', apps: 2 },
] as const)(
  'five thousand races to close a session on $what have one result each',
  async ({ apps }) => {
    expect(await raced({ races: 5_000, apps, seed: seedFrom('RACES_SEED') })).toEqual({
      races: 5_000,
      // All outcomes occur only if the requests really compete.
      outcomes: ['abandoned', 'blocked', 'completed', 'rejected'],
      lost: expect.toSatisfy((lost: number) => lost > 5_000),
      late: expect.toSatisfy((late: number) => late > 2_500),
    });
  },
  10 * minutes,
);
