import { describe, expect, it } from 'vitest';
import { PhaseDurationsDocument } from '../../../src/client/generated/graphql.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { finishTask, rejectTask } from '../../support/mutations.ts';
import { type RecordedSession, recordSessions } from '../../support/recorded-sessions.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

async function phaseDurations(app: TestApp, filter?: object) {
  const { phaseDurations: rows } = await app.send(PhaseDurationsDocument, { filter });
  return rows;
}

const noon = '2026-01-10T12:00:00Z';

describe('phaseDurations', () => {
  it('agrees with a fixture calculated by hand', async () => {
    await using app = await testApp();
    await recordSessions(app, [
      { phase: 'development', minutes: 10, endedAt: noon },
      { phase: 'development', minutes: 20, endedAt: noon, outcome: 'rejected' },
      { phase: 'development', minutes: 20, endedAt: noon },
      { phase: 'development', minutes: 90, endedAt: noon, outcome: 'abandoned' },
      { phase: 'review', minutes: 0.5, endedAt: noon, outcome: 'blocked' },
    ]);

    const rows = await phaseDurations(app);

    expect(rows.map(({ phase }) => phase)).toEqual([
      'planning',
      'development',
      'review',
      'qa',
      'approval',
      'done',
    ]);
    // (10 + 20 + 20 + 90) / 4 = 35. Sorted: 10, 20, 20, 90. 50 % of four is two: the second. 85 % is 3.4: the fourth.
    expect(rows[1]).toEqual({
      phase: 'development',
      sessionCount: 4,
      activeCount: 0,
      avgDurationMinutes: 35,
      medianMinutes: 20,
      p50Minutes: 20,
      p85Minutes: 90,
      p90Minutes: 90,
      p95Minutes: 90,
      p99Minutes: 90,
      totalMinutes: 140,
      completedCount: 2,
      rejectedCount: 1,
      blockedCount: 0,
      abandonedCount: 1,
      rejectionRatePct: 25,
      completionRatePct: 66.7,
      abandonedRatePct: 25,
      firstPass: { taskCount: 1, passedCount: 1, yieldPct: 100 },
    });
    expect(rows[2]).toMatchObject({
      sessionCount: 1,
      medianMinutes: 0.5,
      p50Minutes: 0.5,
      completionRatePct: 0,
    });
    expect(rows[3]).toEqual({
      phase: 'qa',
      sessionCount: 0,
      activeCount: 0,
      avgDurationMinutes: null,
      medianMinutes: null,
      p50Minutes: null,
      p85Minutes: null,
      p90Minutes: null,
      p95Minutes: null,
      p99Minutes: null,
      totalMinutes: 0,
      completedCount: 0,
      rejectedCount: 0,
      blockedCount: 0,
      abandonedCount: 0,
      rejectionRatePct: null,
      completionRatePct: null,
      abandonedRatePct: null,
      firstPass: { taskCount: 0, passedCount: 0, yieldPct: null },
    });
  });

  it('shows how long a hundred tasks took in each phase, to the minute', async () => {
    await using app = await testApp();
    const places = ['development', 'review', 'qa', 'approval'];
    const sessions = places.flatMap((phase, place) =>
      Array.from({ length: 100 }, (_, index) => ({
        task: index + 1,
        phase,
        minutes: 10 + ((index * 7 + place * 13) % 50) + (index % 3) / 3,
        endedAt: `2026-01-0${place + 1}T12:00:00Z`,
        outcome: index % 5 === place ? ('rejected' as const) : ('completed' as const),
      })),
    );
    await recordSessions(app, sessions);

    const rows = await phaseDurations(app, { since: '2026-01-01' });

    for (const phase of places) {
      const durations = sessions.flatMap((session) => (session.phase === phase ? [session.minutes] : []));
      const average = durations.reduce((sum, minutes) => sum + minutes, 0) / durations.length;
      const row = rows.find((found) => found.phase === phase);
      expect(row).toMatchObject({ sessionCount: 100, rejectionRatePct: 20 });
      expect(row?.avgDurationMinutes).toBeCloseTo(average, 2);
    }
  });

  it('counts ended sessions, and reports the number of open ones', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [one = '', other = ''] = await createTasks(app, ['ready_for_development', 'ready_for_development']);
    await claim(app, one);
    clock.advance(10 * 60_000);
    await finishTask(app, { taskKey: one });
    await claim(app, other);
    clock.advance(300 * 60_000);

    const [development] = await phaseDurations(app, { phase: 'development' });

    expect(development).toMatchObject({ sessionCount: 1, activeCount: 1, avgDurationMinutes: 10 });
  });

  it('shows a phase that is not in the workflow after the others', async () => {
    await using app = await testApp();
    await recordSessions(app, [{ phase: 'sealing', minutes: 5, endedAt: noon }]);

    expect((await phaseDurations(app)).map(({ phase }) => phase)).toEqual([
      'planning',
      'development',
      'review',
      'qa',
      'approval',
      'done',
      'sealing',
    ]);
    expect(await phaseDurations(app, { phase: 'sealing' })).toMatchObject([{ phase: 'sealing' }]);
  });

  it('uses the phase of the claim after the task has moved', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app, 'ready_for_code_review');
    await claim(app, taskKey, 'rita');
    clock.advance(8 * 60_000);
    await rejectTask(app, { taskKey, reason: 'No tests' });

    const [review] = await phaseDurations(app, { phase: 'review' });

    expect(review).toMatchObject({ sessionCount: 1, rejectedCount: 1, rejectionRatePct: 100 });
  });
});

describe('the sessions of a count', () => {
  const sessions: RecordedSession[] = Array.from({ length: 7 }, (_, index) => ({
    phase: index < 5 ? 'review' : 'qa',
    outcome: index % 2 === 0 ? 'completed' : 'rejected',
    minutes: 10 + index,
    endedAt: `2026-01-0${index + 1}T12:00:00Z`,
  }));
  const query = `query ($filter: AnalyticsFilter, $after: String, $outcome: SessionOutcome) {
    phaseDurations(filter: $filter) {
      phase sessionCount totalMinutes
      sessions(first: 2, after: $after, outcome: $outcome) {
        totalCount nodes { phase endedAt durationMinutes outcome } pageInfo { hasNextPage endCursor }
      }
    }
  }`;
  const review = async (app: TestApp, variables: Record<string, unknown>) => {
    const { data, errors } = await app.post(query, {
      ...variables,
      filter: { since: '2026-01-02', phase: 'review' },
    });
    expect(errors).toBeUndefined();
    return data;
  };

  it('are exactly the counted sessions on all pages', async () => {
    await using app = await testApp();
    await recordSessions(app, sessions);

    const first = await review(app, {});

    expect(first).toMatchObject({
      phaseDurations: [
        {
          sessionCount: 4,
          totalMinutes: 11 + 12 + 13 + 14,
          sessions: {
            totalCount: 4,
            nodes: [
              {
                phase: 'review',
                endedAt: '2026-01-05T12:00:00.000Z',
                durationMinutes: 14,
                outcome: 'COMPLETED',
              },
              {
                phase: 'review',
                endedAt: '2026-01-04T12:00:00.000Z',
                durationMinutes: 13,
                outcome: 'REJECTED',
              },
            ],
            pageInfo: { hasNextPage: true },
          },
        },
      ],
    });
    const cursor = /"endCursor":"([^"]+)"/.exec(JSON.stringify(first))?.[1];
    expect(await review(app, { after: cursor })).toMatchObject({
      phaseDurations: [
        {
          sessions: {
            nodes: [{ durationMinutes: 12 }, { durationMinutes: 11 }],
            pageInfo: { hasNextPage: false },
          },
        },
      ],
    });
  });

  it('can be filtered by outcome, for example the rejections of a rejection rate', async () => {
    await using app = await testApp();
    await recordSessions(app, sessions);

    expect(await review(app, { outcome: 'REJECTED' })).toMatchObject({
      phaseDurations: [
        { sessions: { totalCount: 2, nodes: [{ durationMinutes: 13 }, { durationMinutes: 11 }] } },
      ],
    });
  });
});
