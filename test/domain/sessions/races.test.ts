import { describe, expect, it } from 'vitest';
import { seedFrom } from '../../support/chance.ts';
import { damages } from '../../support/race-damages.ts';
import { contradictions, nameOf, type RaceRecord } from '../../support/race-record.ts';
import { raced, runRaces } from '../../support/races.ts';

describe('concurrent requests to close one session', () => {
  it.each([
    { what: 'in one server', apps: 1 },
    { what: 'in two servers on one file', apps: 2 },
  ] as const)('return one outcome, which is also recorded: $what', async ({ apps }) => {
    expect(await raced({ races: 50, apps, seed: seedFrom('RACES_SEED') })).toEqual({
      races: 50,
      // Otherwise the requests were not concurrent.
      outcomes: ['abandoned', 'blocked', 'completed', 'rejected'],
      lost: expect.toSatisfy((lost: number) => lost > 50),
      late: expect.toSatisfy((late: number) => late > 25),
    });
  });
});

it('the check detects every kind of incorrect race result', async () => {
  const fair = await raceWithEverything();
  expect(contradictions(fair)).toEqual([]);
  for (const { what, damage } of damages) {
    const damaged = structuredClone(fair);
    damage(damaged);
    expect({ what, noticed: contradictions(damaged).length > 0 }).toEqual({ what, noticed: true });
  }
});

/** A race with failed and late requests, so that every kind of damage is possible. */
async function raceWithEverything(): Promise<RaceRecord> {
  for await (const { events, ...race } of runRaces({ races: 12, apps: 1, seed: 1 })) {
    const ids = new Set(race.rows.sessions.map(({ id }) => nameOf(id)));
    const isFull =
      race.closes.some(({ answer }) => answer.closedSession !== undefined) &&
      race.late.some(({ answer }) => answer.activeSession);
    if (isFull) return { ...race, events: events.filter(({ sessionId }) => ids.has(sessionId)) };
  }
  throw new Error('No race had everything');
}
