import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskAges } from '../../../src/domain/analytics/aging.ts';
import { openTasksCount, openTasksPage } from '../../../src/domain/analytics/open-tasks.ts';
import { afterTwoHours, agingWork, minutes } from '../../support/aging-work.ts';
import { testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { abandonSession, finishTask, unblockTask } from '../../support/mutations.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';
import {
  historyDatabase,
  hour,
  pathOf,
  type WrittenTask,
  workflow,
  written,
} from '../../support/task-histories.ts';
import { claim } from '../../support/tasks.ts';

describe('aging work', () => {
  it('lists open tasks, oldest first, with the time in their phase compared with past sessions', async () => {
    const { app } = await afterTwoHours();
    await using _app = app;

    const { lines, totalCount } = await agingWork(app);

    expect(lines).toEqual([
      // No review has ended yet.
      '001 120 review 70 ',
      // A blocked task is still in the phase that it was blocked in.
      '003 120 development 120 100 paused',
      // The development phase began with the queue half an hour ago. The longer of the two sessions took as long.
      '004 120 development 30 100 backend',
      // The only session of planning took ten minutes.
      '005 120 planning 120 100',
    ]);
    expect(totalCount).toBe(4);
  });

  it('returns the percentage of sessions that took no longer as the percentile', async () => {
    const { app, clock, four } = await afterTwoHours();
    await using _app = app;
    app.change(
      `UPDATE task_history SET timestamp = '2026-01-11 11:31:00' WHERE task_id = 4 AND new_status LIKE '%development'`,
    );

    expect((await agingWork(app)).lines.find((line) => line.startsWith('004'))).toBe(
      '004 120 development 29 50 backend',
    );

    clock.advance(60 * minutes);
    await finishTask(app, { taskKey: four });
    expect((await agingWork(app)).lines).toContain('003 180 development 180 100 paused');
  });

  it('measures the time in a phase from the last entry into it, regardless of pauses and claims', async () => {
    const { app, clock, three, four } = await afterTwoHours();
    await using _app = app;
    clock.advance(5 * minutes);
    await unblockTask(app, three);
    clock.advance(5 * minutes);
    const { id } = await claim(app, three);
    await abandonSession(app, { sessionId: id });
    await finishTask(app, { taskKey: four });
    clock.advance(10 * minutes);
    app.change(`UPDATE tasks SET status = 'in_development' WHERE id = 4;
      INSERT INTO task_history (task_id, old_status, new_status, timestamp)
      VALUES (4, 'ready_for_code_review', 'in_development', '2026-01-11T13:18:00+01:00')`);

    const { lines } = await agingWork(app, { filter: { phase: 'development' } });

    expect(lines).toEqual([
      expect.stringMatching(/^003 140 development 140 /),
      expect.stringMatching(/^004 140 development 2 /),
    ]);
  });

  it('runs one query for the ages of all tasks of a page', async () => {
    const { app } = await afterTwoHours();
    await using _app = app;
    app.statements.length = 0;
    await agingWork(app, { first: 1 });
    const few = app.statements.length;
    app.statements.length = 0;
    await agingWork(app);
    expect(app.statements.length).toBe(few);
    expect(few).toBeGreaterThan(0);
  });

  it('agrees with an independent computation from the rows', async () => {
    const database = await historyDatabase();
    const percentilesSeen = new Set<number | null>();
    fc.assert(
      fc.property(written, fc.integer({ min: 0, max: 120 }), fc.boolean(), (data, count, ascending) => {
        database.write(data);
        const now = hour(count);
        const choice = { filter: {}, startedOnly: false };
        const ids = data.tasks.map((_task, index) => index + 1);

        const ages = database.ask(now, (context) => taskAges(context, { taskIds: [...ids, 99] }));

        expect(ages).toEqual(
          data.tasks.map((task, index) => ({ taskId: index + 1, ...expectedAge(task, data.sessions, now) })),
        );
        for (const { percentile } of ages) percentilesSeen.add(percentile);

        const created = (id: number) =>
          pathOf(data.tasks[id - 1] ?? nothing)[0]?.at ?? Number.MAX_SAFE_INTEGER;
        const open = ids.filter(
          (id) => !['completed', 'cancelled'].includes(data.tasks[id - 1]?.status ?? ''),
        );
        const inOrder = open.toSorted((one, other) => created(one) - created(other) || one - other);
        const wanted = ascending ? inOrder : inOrder.toReversed();
        const page = (after?: number) =>
          database.ask(now, (context) =>
            openTasksPage(context, {
              ...choice,
              ascending,
              atMost: 3,
              after: after === undefined ? undefined : { id: after, createdAt: created(after) },
            }),
          );
        const first = page();
        expect([...first, ...(first.length === 3 ? page(first.at(-1)) : [])]).toEqual(wanted.slice(0, 6));
        expect(database.ask(now, (context) => openTasksCount(context, choice))).toBe(open.length);
      }),
      { numRuns: 300 },
    );
    expect(percentilesSeen.size).toBeGreaterThan(5);
  });
});

const nothing: WrittenTask = { createdAt: '', status: '', moves: [] };

/** Computed backwards from the present status. */
function expectedAge(task: WrittenTask, sessions: readonly { phase: string; minutes: number }[], now: Date) {
  const path = pathOf(task);
  const steps =
    path.at(-1)?.status === task.status ? path : [...path, { status: task.status, at: path.at(-1)?.at }];
  const phaseAt = (index: number): string | null => {
    const status = steps[index]?.status ?? '';
    const before = ['blocked', 'on_hold'].includes(status) && index > 0 ? phaseAt(index - 1) : null;
    return before ?? workflow.statuses.get(status)?.phase ?? null;
  };
  let entered = steps.length - 1;
  while (entered > 0 && phaseAt(entered - 1) === phaseAt(steps.length - 1)) entered -= 1;
  const phase = phaseAt(steps.length - 1);
  const since = (at: number | undefined) =>
    at === undefined ? null : Math.max(now.getTime() - at, 0) / 60_000;
  const rounded = (value: number | null, digits: number) =>
    value === null ? null : Math.round(value * digits) / digits;
  const phaseMinutes = phase === null ? null : rounded(since(steps[entered]?.at), 1_000);
  const past = sessions.filter((session) => session.phase === phase);
  const shorter = past.filter((session) => phaseMinutes !== null && session.minutes <= phaseMinutes);
  return {
    ageMinutes: rounded(since(path[0]?.at), 1_000),
    phase,
    phaseMinutes,
    percentile:
      past.length === 0 || phaseMinutes === null ? null : rounded((shorter.length / past.length) * 100, 10),
  };
}

it('works on a database of another program, with statuses that are not in the workflow', async () => {
  await using app = await testApp({
    clock: manualClock('2026-02-01T00:00:00Z'),
    config: { databaseFile: createSharkDatabase('recent') },
  });

  const { nodes, totalCount } = await agingWork(app);

  expect(totalCount).toBe(nodes.length);
  expect(nodes.map(({ task }) => task.key).slice(0, 2)).toEqual(['T-E01-F01-002', 'T-E01-F01-003']);
  expect(nodes.find(({ task }) => task.status === 'todo')).toMatchObject({
    phase: null,
    phaseMinutes: null,
    percentile: null,
  });
  // Moved to review on 2026-01-07 at 09:30.
  expect(nodes.find(({ task }) => task.key === 'T-E01-F01-005')?.phaseMinutes).toBe((24 * 24 + 14.5) * 60);
});
