import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../src/db/sqlite/open-database.ts';
import { createLoaders } from '../../../src/graphql/loaders.ts';
import { testApp } from '../../support/app.ts';
import { eventfulTask, taskFlow } from '../../support/flow.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { finishTask } from '../../support/mutations.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

describe('the flow of a task', () => {
  it('contains its timeline, whose segments add up', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const flow = await taskFlow(app, await eventfulTask(app, clock));

    expect(flow).toMatchObject({
      elapsedMinutes: 401,
      elapsed: 'PT6H41M',
      queueMinutes: 30 + 60 + 5 + 60 + 37 + 10,
      workMinutes: 20 + 10 + 10,
      reworkMinutes: 25 + 12 + 7,
      blockedMinutes: 100,
      idleMinutes: 15,
      flowEfficiencyPct: 20.9,
      isComplete: false,
    });
    expect(
      flow.segments.map(({ kind, phase, since, until, session }) => [
        kind,
        phase,
        since.slice(11, 16),
        until?.slice(11, 16),
        session?.id,
      ]),
    ).toEqual([
      ['QUEUE', 'development', '10:00', '10:30', undefined],
      ['WORK', 'development', '10:30', '10:50', 'TaskSession:1'],
      ['QUEUE', 'review', '10:50', '11:50', undefined],
      ['WORK', 'review', '11:50', '12:00', 'TaskSession:2'],
      ['IDLE', 'development', '12:00', '12:15', undefined],
      ['REWORK', 'development', '12:15', '12:40', 'TaskSession:3'],
      ['QUEUE', 'review', '12:40', '12:45', undefined],
      ['REWORK', 'review', '12:45', '12:57', 'TaskSession:4'],
      ['QUEUE', 'qa', '12:57', '13:57', undefined],
      ['WORK', 'qa', '13:57', '14:07', 'TaskSession:5'],
      ['BLOCKED', 'qa', '14:07', '15:47', undefined],
      ['QUEUE', 'development', '15:47', '16:24', undefined],
      ['REWORK', 'development', '16:24', '16:31', 'TaskSession:6'],
      ['QUEUE', 'development', '16:31', undefined, undefined],
    ]);
    for (const { session, minutes } of flow.segments)
      if (session !== null) expect(minutes).toBe(session.durationMinutes);
  });

  it('adds up exactly, in thousandths of a minute and in milliseconds', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const key = await createTask(app);
    for (const milliseconds of [1_234_567, 28, 7_654_329, 31]) {
      clock.advance(milliseconds);
      await claim(app, key);
      clock.advance(milliseconds + 29);
      await finishTask(app, { taskKey: key });
    }
    const flow = await taskFlow(app, key);

    const thousandths = (minutes: number) => Math.round(minutes * 1_000);
    const { queueMinutes, workMinutes, reworkMinutes, blockedMinutes, idleMinutes } = flow;
    const parts = [queueMinutes, workMinutes, reworkMinutes, blockedMinutes, idleMinutes];
    const elapsedMs = 2 * (1_234_567 + 28 + 7_654_329 + 31) + 4 * 29;
    expect(thousandths(flow.elapsedMinutes)).toBe(Math.round(elapsedMs / 60));
    expect(parts.map(thousandths).reduce((sum, part) => sum + part)).toBe(thousandths(flow.elapsedMinutes));
    expect(flow.segments.map(({ since, until }) => Date.parse(until ?? '') - Date.parse(since))).toEqual([
      1_234_567, 1_234_596, 28, 57, 7_654_329, 7_654_358, 31, 60,
    ]);
    expect([flow.segments[1]?.duration, flow.isComplete]).toEqual(['PT20M34.596S', true]);
  });

  it('loads sessions with one statement for all tasks of a response', async () => {
    await using app = await testApp();
    const statements = async (tasks: number) => {
      for (const key of await createTasks(app, Array<string>(tasks).fill('ready_for_qa')))
        await claim(app, key);
      app.statements.length = 0;
      const { data } = await app.post('{ tasks { nodes { flow { segments { session { agentId } } } } } }');
      expect(JSON.stringify(data).match(/"agentId":"backend"/g)?.length).toBeGreaterThanOrEqual(tasks);
      return app.statements.length;
    };
    expect(await statements(2)).toBe(await statements(20));
  });

  it('runs one analytics query for all tasks of a response', async () => {
    const database = await openDatabase({
      file: join(temporaryFolder(), 'shark.db'),
      prepare: () => undefined,
      clock: manualClock(),
      onError: () => undefined,
    });
    onTestFinished(() => database.close());
    const asked: unknown[] = [];
    const { taskTimeline } = createLoaders({
      read: database.read,
      analyticsWorker: {
        run: (...query) => {
          asked.push(query);
          return Promise.reject(new Error('Nobody answers here'));
        },
        close: async () => undefined,
      },
    });

    const answers = await Promise.allSettled([3, 1, 2].map((taskId) => taskTimeline.load(taskId)));

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(asked).toEqual([['taskTimelines', { taskIds: [3, 1, 2] }]]);
  });
});
