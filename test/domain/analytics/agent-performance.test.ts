import { describe, expect, it } from 'vitest';
import { AgentPerformanceDocument } from '../../../src/client/generated/graphql.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { abandonSession, blockTask, finishTask, rejectTask } from '../../support/mutations.ts';
import { recordSessions } from '../../support/recorded-sessions.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

async function agentPerformance(app: TestApp, filter?: object) {
  const { agentPerformance: rows } = await app.send(AgentPerformanceDocument, { filter });
  return rows;
}

const noon = '2026-01-10T12:00:00Z';

describe('agentPerformance', () => {
  it('counts the outcomes of each agent, most sessions first', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const keys = await createTasks(app, Array<string>(6).fill('ready_for_development'));
    const [done = '', sent = '', stuck = '', dead = '', held = '', other = ''] = keys;
    await claim(app, other, 'bob');
    clock.advance(30 * 60_000);
    await finishTask(app, { taskKey: other });
    for (const key of [done, sent, stuck, dead]) {
      const session = await claim(app, key, 'ada');
      clock.advance(10 * 60_000);
      if (key === done) await finishTask(app, { taskKey: key });
      if (key === sent) await rejectTask(app, { taskKey: key, reason: 'Unclear' });
      if (key === stuck) await blockTask(app, { taskKey: key, reason: 'No access' });
      if (key === dead) await abandonSession(app, { sessionId: session.id });
    }
    await claim(app, held, 'ada');

    const [ada, bob] = await agentPerformance(app);

    // 1 completed of 3 completed, rejected or blocked; 1 of 4 abandoned.
    expect(ada).toMatchObject({
      agentId: 'ada',
      totalSessions: 4,
      activeSessions: 1,
      avgDurationMinutes: 10,
      completedCount: 1,
      rejectedCount: 1,
      blockedCount: 1,
      abandonedCount: 1,
      completionRatePct: 33.3,
      rejectionRatePct: 25,
      abandonedRatePct: 25,
    });
    expect(bob).toMatchObject({
      agentId: 'bob',
      totalSessions: 1,
      medianMinutes: 30,
      completionRatePct: 100,
    });
  });

  it('has no completion rate for an agent with only abandoned sessions', async () => {
    await using app = await testApp();
    await recordSessions(app, [{ minutes: 5, endedAt: noon, outcome: 'abandoned' }]);
    expect(await agentPerformance(app)).toMatchObject([
      { totalSessions: 1, completionRatePct: null, abandonedRatePct: 100 },
    ]);
  });

  it('returns the agent type of the latest session', async () => {
    await using app = await testApp();
    await recordSessions(app, [
      { agentType: 'qa', minutes: 5, endedAt: '2026-01-10T12:00:00Z' },
      { agentType: 'backend', minutes: 5, endedAt: '2026-01-09T12:00:00Z' },
    ]);
    expect(await agentPerformance(app)).toMatchObject([{ agentType: 'qa', totalSessions: 2 }]);
  });

  it('can be filtered by agent id, by agent type, or by either', async () => {
    await using app = await testApp();
    await recordSessions(app, [
      { agentId: 'ada', agentType: 'backend', minutes: 5, endedAt: noon },
      { agentId: 'bob', agentType: 'backend', minutes: 5, endedAt: noon },
      { agentId: 'cyd', agentType: 'qa', minutes: 5, endedAt: noon },
      { agentId: 'qa', minutes: 5, endedAt: noon },
    ]);
    const names = async (filter: object) =>
      (await agentPerformance(app, filter)).map(({ agentId }) => agentId);
    expect(await names({ agentType: 'backend' })).toEqual(['ada', 'bob']);
    expect(await names({ agentId: 'cyd' })).toEqual(['cyd']);
    expect(await names({ agentId: 'nobody' })).toEqual([]);
    expect(await names({ agent: 'backend' })).toEqual(['ada', 'bob']);
    expect(await names({ agent: 'qa' })).toEqual(['cyd', 'qa']);
    expect(await names({ agent: 'bob', agentType: 'backend' })).toEqual(['bob']);
    expect(await names({ agent: 'qa', agentId: 'ada' })).toEqual([]);
  });
});

describe('rejections made and rework received', () => {
  it('distinguish a strict reviewer from an agent whose work is rejected', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const work = async (taskKey: string, agentId: string) => {
      await claim(app, taskKey, agentId);
      clock.advance(10 * 60_000);
      await finishTask(app, { taskKey });
    };
    const reject = async (taskKey: string) => {
      await claim(app, taskKey, 'strict');
      clock.advance(10 * 60_000);
      await rejectTask(app, { taskKey, reason: 'Not yet', toStatus: 'in_development' });
    };
    const [good = '', bad = ''] = await createTasks(app, ['ready_for_development', 'ready_for_development']);
    await work(good, 'careful');
    await work(bad, 'hasty');
    await reject(bad);
    await work(bad, 'hasty');
    await reject(bad);
    await work(good, 'strict');

    const rows = new Map((await agentPerformance(app)).map((row) => [row.agentId, row]));

    // The reviewer rejected in two of three sessions, and none of its own work was rejected.
    expect(rows.get('strict')).toMatchObject({ rejectionRatePct: 66.7, rework: { count: 0, ratePct: 0 } });
    expect(rows.get('hasty')).toMatchObject({ rejectionRatePct: 0, rework: { count: 2, ratePct: 100 } });
    expect(rows.get('careful')).toMatchObject({ rejectionRatePct: 0, rework: { count: 0, ratePct: 0 } });
    // The completion rate alone would be misleading.
    expect(rows.get('strict')?.completionRatePct).toBe(33.3);
    expect(rows.get('hasty')?.completionRatePct).toBe(100);

    const { data } = await app.post(`{
      agentPerformance(filter: { agentId: "hasty" }) {
        rework { sessions { totalCount nodes { agentId outcome task { key } } } }
      }
      phaseDurations(filter: { phase: "development" }) {
        firstPass { taskCount passedCount yieldPct
          failed: sessions(passed: false) { totalCount nodes { task { key } agentId } }
          passed: sessions(passed: true) { totalCount nodes { task { key } } }
          all: sessions { totalCount nodes { task { key } } }
        }
      }
    }`);
    const hasty = { agentId: 'hasty', outcome: 'COMPLETED', task: { key: bad } };
    expect(data).toEqual({
      agentPerformance: [{ rework: { sessions: { totalCount: 2, nodes: [hasty, hasty] } } }],
      phaseDurations: [
        {
          firstPass: {
            taskCount: 2,
            passedCount: 1,
            yieldPct: 50,
            failed: { totalCount: 1, nodes: [{ task: { key: bad }, agentId: 'hasty' }] },
            passed: { totalCount: 1, nodes: [{ task: { key: good } }] },
            all: { totalCount: 2, nodes: [{ task: { key: bad } }, { task: { key: good } }] },
          },
        },
      ],
    });
  });

  it('count a rejection in QA as rework for development and review, but not for planning', async () => {
    await using app = await testApp();
    await recordSessions(app, [
      { agentId: 'planner', phase: 'planning', minutes: 5, endedAt: '2026-01-10T09:00:00Z' },
      { agentId: 'dev', phase: 'development', minutes: 5, endedAt: '2026-01-10T10:00:00Z' },
      { agentId: 'reviewer', phase: 'review', minutes: 5, endedAt: '2026-01-10T11:00:00Z' },
      {
        agentId: 'tester',
        phase: 'qa',
        minutes: 5,
        endedAt: '2026-01-10T12:00:00Z',
        outcome: 'rejected',
        closedTo: 'in_development',
      },
    ]);
    const rework = (await agentPerformance(app)).map(({ agentId, rework: { count } }) => [agentId, count]);
    expect(Object.fromEntries(rework)).toEqual({ planner: 0, dev: 1, reviewer: 1, tester: 0 });
  });

  it('count work in the window as rework if its rejection is after the window', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    await claim(app, taskKey, 'dev');
    clock.advance(60 * 60_000);
    await finishTask(app, { taskKey });
    clock.advance(24 * 60 * 60_000);
    await claim(app, taskKey, 'reviewer');
    await rejectTask(app, { taskKey, reason: 'No' });

    expect(await agentPerformance(app, { until: '2026-01-12' })).toMatchObject([
      { agentId: 'dev', totalSessions: 1, rework: { count: 1, ratePct: 100 } },
    ]);
  });
});
