import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/domain/analytics/task-timeline.ts';
import type { SessionRecord, StatusChange, TaskRecord } from '../../../src/domain/tasks/task-history.ts';
import { createSample } from '../../../src/shared/statistics.ts';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { type Chance, chance } from '../../support/chance.ts';
import { minute, phaseFlow } from '../../support/flow.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import {
  abandonSession,
  blockTask,
  claimTask,
  finishTask,
  rejectTask,
  taskStory,
  unblockTask,
} from '../../support/mutations.ts';
import { naiveSegments } from '../../support/naive-timeline.ts';
import { createTasks } from '../../support/tasks.ts';
import { workflowFrom } from '../workflow/workflows.ts';

const workflow = workflowFrom(defaultWorkflowFile);

/** Some weeks of random operations, including ones that fail. */
async function someWeeks(app: TestApp, clock: ManualClock, chances: Chance): Promise<void> {
  const starts = ['draft', 'ready_for_development', 'ready_for_qa'];
  const keys = await createTasks(
    app,
    Array.from({ length: 6 }, () => chances.pick(starts)),
  );
  for (let step = 0; step < 80; step += 1) {
    clock.advance(chances.below(500_000_000) % (10 ** chances.below(9) + 1));
    const taskKey = chances.pick(keys);
    const operations = [
      () => claimTask(app, { taskKey, agentId: 'agent' }),
      () => claimTask(app, { taskKey, agentId: 'agent' }),
      () => finishTask(app, { taskKey }),
      () => finishTask(app, { taskKey }),
      () => rejectTask(app, { taskKey, reason: 'no' }),
      () => blockTask(app, { taskKey, reason: 'no' }),
      () => unblockTask(app, taskKey),
      async () => {
        const { activeSession } = await taskStory(app, taskKey);
        if (activeSession !== null) await abandonSession(app, { sessionId: activeSession.id });
      },
    ];
    await chances.pick(operations)();
  }
}

/** The rows of a database, read without the code under test. All times are in ISO 8601. */
function exported(app: TestApp): TaskRecord[] {
  const time = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : null);
  return app.rows('SELECT * FROM tasks').map((task) => ({
    taskId: Number(task.id),
    status: String(task.status),
    createdAt: time(task.created_at),
    completedAt: time(task.completed_at),
    firstStatus: null,
    changes: app
      .rows('SELECT * FROM task_history WHERE task_id = ? ORDER BY id', task.id)
      .map((row): StatusChange => [String(row.new_status), time(row.timestamp)]),
    sessions: app
      .rows('SELECT * FROM task_sessions WHERE task_id = ?', task.id)
      .map(
        (row): SessionRecord => [
          Number(row.id),
          String(row.phase),
          time(row.started_at) ?? Number.NaN,
          time(row.ended_at),
          row.outcome === 'rejected' ? String(row.closed_to) : null,
        ],
      ),
  }));
}

/** The expected flow of one phase, computed from the rows. */
function recomputed(
  records: TaskRecord[],
  phase: string,
  now: number,
  { since, until }: { since: number; until: number },
) {
  const timelines = records.map((task) => {
    const isOver = workflow.statuses.get(task.status)?.isComplete === true;
    const end = isOver ? (task.changes.at(-1)?.[1] ?? now) : now;
    return {
      isOver,
      segments: naiveSegments(workflow, task, { since: task.createdAt ?? now, until: end }),
    };
  });
  const isRunning = (timeline: { isOver: boolean }, segment: Segment) =>
    !timeline.isOver && segment.until === now;
  const counted = timelines.flatMap((timeline) => {
    const own = timeline.segments.filter(
      (segment) =>
        segment.phase === phase &&
        !isRunning(timeline, segment) &&
        segment.until >= since &&
        segment.until < until,
    );
    return own.length === 0 ? [] : [own];
  });
  const lengths = (...kinds: Segment['kind'][]) =>
    counted.flatMap((own) =>
      own.filter(({ kind }) => kinds.includes(kind)).map((one) => one.until - one.since),
    );
  const minutes = (milliseconds: number | null) =>
    milliseconds === null ? null : Math.round(milliseconds / 60) / 1_000;
  const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
  const statistics = (values: number[]) => {
    const sample = createSample();
    for (const value of values) sample.add(value);
    return {
      count: values.length,
      averageMinutes: values.length === 0 ? null : minutes(sum(values) / values.length),
      medianMinutes: minutes(sample.median()),
      p85Minutes: minutes(sample.percentile(85)),
      p90Minutes: minutes(sample.percentile(90)),
    };
  };
  const touch = sum(lengths('work', 'rework'));
  const all = touch + sum(lengths('queue', 'blocked', 'idle'));
  const waits = lengths('queue').toSorted((one, other) => other - one);
  return {
    phase,
    taskCount: counted.length,
    queueTime: statistics(lengths('queue')),
    touchTime: statistics(lengths('work', 'rework')),
    totalMinutes: minutes(all),
    flowEfficiencyPct: all === 0 ? null : Math.round((touch / all) * 1_000) / 10,
    sessionCount: lengths('work', 'rework').length,
    waitingNow: timelines.filter((timeline) => {
      const last = timeline.segments.at(-1);
      return last?.phase === phase && last.kind === 'queue' && isRunning(timeline, last);
    }).length,
    longestWaits: waits.slice(0, 10).map((wait) => ({ minutes: minutes(wait) })),
    spent: (['queue', 'work', 'rework', 'blocked', 'idle'] as const).map(
      (kind) => sum(lengths(kind)) / minute,
    ),
  };
}

describe.each([1, 2, 3])('on weeks of random work (%d)', (seed) => {
  it('the flow agrees with an independent computation from the rows', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await someWeeks(app, clock, chance(seed));
    // Nothing begins or ends at the instant of the query: other tests cover that.
    clock.advance(1);
    const records = exported(app);
    const now = clock.now().getTime();
    const middle = Date.parse('2026-01-11T10:00:00Z') + (now - Date.parse('2026-01-11T10:00:00Z')) / 2;

    for (const window of [
      { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY },
      { since: Math.round(middle), until: now },
    ]) {
      const filter = Number.isFinite(window.since)
        ? { since: new Date(window.since).toISOString(), until: new Date(window.until).toISOString() }
        : {};
      for (const row of await phaseFlow(app, filter)) {
        const { spent, ...expected } = recomputed(records, row.phase, now, window);
        expect(row).toMatchObject(expected);
        const parts = [
          row.queueMinutes,
          row.workMinutes,
          row.reworkMinutes,
          row.blockedMinutes,
          row.idleMinutes,
        ];
        for (const [index, part] of parts.entries())
          expect(Math.abs(part - (spent[index] ?? 0))).toBeLessThan(0.001);
        const thousandths = parts.reduce((sum, part) => sum + Math.round(part * 1_000), 0);
        expect(thousandths).toBe(Math.round(row.totalMinutes * 1_000));
        expect(row.sessions.totalCount).toBe(row.sessionCount);
      }
    }
  });
});
