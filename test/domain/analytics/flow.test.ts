import { describe, expect, it } from 'vitest';
import {
  type AnalyticsFilter,
  BottlenecksDocument,
  PhaseFlowDocument,
  TasksDocument,
} from '../../../src/client/generated/graphql.ts';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { eventfulTask, minute, phaseFlow, taskFlow } from '../../support/flow.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { finishTask } from '../../support/mutations.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';
import { workflowFrom } from '../workflow/workflows.ts';

const workflow = workflowFrom(defaultWorkflowFile);

describe('phaseFlow', () => {
  it('adds up the ended segments of each phase, and counts the tasks that wait now', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const key = await eventfulTask(app, clock);
    const rows = await phaseFlow(app);

    expect(rows.map(({ phase }) => phase)).toEqual(workflow.phases);
    expect(rows.find(({ phase }) => phase === 'development')).toEqual({
      phase: 'development',
      taskCount: 1,
      // 30 and 37 minutes. The wait that has not ended is left out.
      queueTime: {
        count: 2,
        totalMinutes: 67,
        averageMinutes: 33.5,
        medianMinutes: 33.5,
        p85Minutes: 37,
        p90Minutes: 37,
      },
      // 20, 25 and 7 minutes.
      touchTime: {
        count: 3,
        totalMinutes: 52,
        averageMinutes: 17.333,
        medianMinutes: 20,
        p85Minutes: 25,
        p90Minutes: 25,
      },
      totalMinutes: 134,
      queueMinutes: 67,
      workMinutes: 20,
      reworkMinutes: 32,
      blockedMinutes: 0,
      idleMinutes: 15,
      flowEfficiencyPct: 38.8,
      sessionCount: 3,
      waitingNow: 1,
      sessions: {
        totalCount: 3,
        nodes: [
          { id: 'TaskSession:6', durationMinutes: 7 },
          { id: 'TaskSession:3', durationMinutes: 25 },
          { id: 'TaskSession:1', durationMinutes: 20 },
        ],
      },
      longestWaits: [
        { task: { key }, since: '2026-01-11T15:47:00.000Z', until: '2026-01-11T16:24:00.000Z', minutes: 37 },
        { task: { key }, since: '2026-01-11T10:00:00.000Z', until: '2026-01-11T10:30:00.000Z', minutes: 30 },
      ],
    });
    expect(rows.find(({ phase }) => phase === 'review')).toMatchObject({
      queueMinutes: 65,
      workMinutes: 10,
      reworkMinutes: 12,
      waitingNow: 0,
    });
    expect(rows.find(({ phase }) => phase === 'qa')).toMatchObject({
      queueMinutes: 60,
      workMinutes: 10,
      blockedMinutes: 100,
      flowEfficiencyPct: 5.9,
    });
    expect(rows.find(({ phase }) => phase === 'planning')).toMatchObject({
      taskCount: 0,
      queueTime: { count: 0, totalMinutes: 0, averageMinutes: null, medianMinutes: null, p90Minutes: null },
      totalMinutes: 0,
      flowEfficiencyPct: null,
      longestWaits: [],
    });
  });

  it('ranks the bottlenecks, worst first', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await eventfulTask(app, clock);
    const { bottlenecks } = await app.send(BottlenecksDocument, {});
    expect(
      bottlenecks.map(({ rank, phase, minutesPerTask, sharePct }) => [rank, phase, minutesPerTask, sharePct]),
    ).toEqual([
      [1, 'qa', 170, 43.5],
      [2, 'development', 134, 34.3],
      [3, 'review', 87, 22.3],
    ]);
    expect(bottlenecks[0]?.sentence).toBe(
      'QA is the largest bottleneck: 43.5 % of the total time, 2 h 50 min for one task; tasks wait 1 h for a claim (median of 1), are worked on for 10 min (median of 1) and are blocked 1 h 40 min on average.',
    );
  });

  it('lists the requested number of longest waits', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    for (const key of await createTasks(app, Array<string>(4).fill('ready_for_qa'))) {
      clock.advance(minute);
      await claim(app, key);
    }
    const waits = async (longest: number) => {
      const { phaseFlow: rows } = await app.send(PhaseFlowDocument, { filter: { phase: 'qa' }, longest });
      return rows[0]?.longestWaits.map(({ minutes }) => minutes);
    };
    expect([await waits(2), await waits(0)]).toEqual([[4, 3], []]);
    expect((await app.post('{ phaseFlow { longestWaits(first: 501) { minutes } } }')).errors).toMatchObject([
      {
        message: expect.stringMatching(/^first is 501\. Pass a number from 0 to 500/),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });

  it('loads the tasks of all waits with one statement', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const statements = async (tasks: number) => {
      for (const key of await createTasks(app, Array<string>(tasks).fill('ready_for_qa'))) {
        clock.advance(minute);
        await claim(app, key);
      }
      app.statements.length = 0;
      await phaseFlow(app, { phase: 'qa' });
      return app.statements.length;
    };
    // One wait reads a single task, ten waits read a list.
    expect(await statements(2)).toBe(await statements(8));
  });
});

describe('phaseFlow can be filtered', () => {
  const queueOf = async (app: TestApp, filter: AnalyticsFilter) => {
    const [row] = await phaseFlow(app, { phase: 'development', ...filter });
    return [row?.queueTime.count, row?.touchTime.count, row?.sessions.totalCount, row?.waitingNow];
  };

  it('by a half-open window, in which a wait ends with its claim and work with its session', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const key = await createTask(app);
    clock.advance(30 * minute);
    await claim(app, key);
    clock.advance(30 * minute);
    await finishTask(app, { taskKey: key });
    clock.advance(30 * minute);

    const [claimed, finished] = ['2026-01-11T10:30:00Z', '2026-01-11T11:00:00Z'];
    expect(await queueOf(app, { since: claimed })).toEqual([1, 1, 1, 0]);
    expect(await queueOf(app, { since: '2026-01-11T10:30:00.001Z' })).toEqual([0, 1, 1, 0]);
    expect(await queueOf(app, { until: claimed })).toEqual([0, 0, 0, 0]);
    expect(await queueOf(app, { until: '2026-01-11T10:30:00.001Z' })).toEqual([1, 0, 0, 0]);
    expect(await queueOf(app, { since: claimed, until: finished })).toEqual([1, 0, 0, 0]);
    expect(await queueOf(app, { since: finished })).toEqual([0, 1, 1, 0]);
    expect(await queueOf(app, { since: '2026-01-11', until: '2026-01-12' })).toEqual([1, 1, 1, 0]);
    expect(await queueOf(app, { since: '2026-01-12' })).toEqual([0, 0, 0, 0]);
  });

  it('by epic, feature and phase', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const keys = await Promise.all([createTask(app), createTask(app), createTask(app, 'ready_for_qa')]);
    clock.advance(minute);
    for (const key of keys.toSorted().slice(0, 1)) await claim(app, key);

    expect(await queueOf(app, { epicKey: 'e01' })).toEqual([1, 0, 0, 0]);
    expect(await queueOf(app, { epicKey: 'E01', featureKey: 'E01-F01' })).toEqual([1, 0, 0, 0]);
    expect(await queueOf(app, { epicKey: 'E02', featureKey: 'E01-F01' })).toEqual([0, 0, 0, 0]);
    expect(
      (await phaseFlow(app, { phase: 'qa' })).map(({ phase, waitingNow }) => [phase, waitingNow]),
    ).toEqual([['qa', 1]]);
  });

  it.each<[filter: string, message: string]>([
    [
      'agent: "qa"',
      "agent is 'qa', but a waiting task has no agent. Leave out agent. To filter by agent, use phaseDurations or agentPerformance",
    ],
    [
      'agentId: "backend"',
      "agentId is 'backend', but a waiting task has no agent. Leave out agentId. To filter by agent, use phaseDurations or agentPerformance",
    ],
    [
      'agentType: "qa"',
      "agentType is 'qa', but a waiting task has no agent. Leave out agentType. To filter by agent, use phaseDurations or agentPerformance",
    ],
    ['epicKey: "seven"', "epicKey 'seven' is not a key. Keys look like E07"],
    [
      'since: "2026-01-12", until: "2026-01-11"',
      'since (2026-01-12T00:00:00.000Z) is after until (2026-01-11T00:00:00.000Z). Give a since that is not after until',
    ],
  ])('but not by { %s }', async (filter, message) => {
    await using app = await testApp();
    for (const field of ['phaseFlow', 'bottlenecks'])
      expect(await app.post(`{ ${field}(filter: { ${filter} }) { phase } }`)).toMatchObject({
        errors: [{ message, path: [field], extensions: { code: 'BAD_USER_INPUT' } }],
      });
  });
});

describe.each(['oldest', 'recent'] as const)('on a database of the %s format', (age) => {
  it.each([true, false])('the segments of every task add up, with MIGRATE on: %s', async (migrate) => {
    await using app = await testApp({ config: { databaseFile: createSharkDatabase(age), migrate } });
    const { tasks } = await app.send(TasksDocument, {});
    expect(tasks.nodes.length).toBeGreaterThan(3);
    for (const { key } of tasks.nodes) {
      const flow = await taskFlow(app, key);
      const { queueMinutes, workMinutes, reworkMinutes, blockedMinutes, idleMinutes } = flow;
      const parts = [queueMinutes, workMinutes, reworkMinutes, blockedMinutes, idleMinutes];
      expect(parts.reduce((sum, part) => sum + Math.round(part * 1_000), 0)).toBe(
        Math.round(flow.elapsedMinutes * 1_000),
      );
      expect(flow.segments.slice(1).map(({ since }) => since)).toEqual(
        flow.segments.slice(0, -1).map(({ until }) => until),
      );
    }
    const rows = await phaseFlow(app);
    expect(rows.reduce((sum, { totalMinutes }) => sum + totalMinutes, 0)).toBeGreaterThan(0);
    expect((await app.send(BottlenecksDocument, {})).bottlenecks).toEqual(expect.any(Array));
  });
});
