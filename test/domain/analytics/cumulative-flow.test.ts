import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeFlow } from '../../../src/domain/analytics/cumulative-flow.ts';
import {
  CumulativeFlowDocument,
  type CumulativeFlowQueryVariables,
} from '../../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { blockTask, claimTask, finishTask } from '../../support/mutations.ts';
import { createSharkDatabase, type SharkAge, temporaryFolder } from '../../support/shark-databases.ts';
import {
  historyDatabase,
  hour,
  statusBefore,
  consecutiveSpans,
  workflow,
  written,
} from '../../support/task-histories.ts';
import { createTasks } from '../../support/tasks.ts';

const hours = 3_600_000;

/** One line per span: its end, the number of tasks, and the bands that are not empty. */
async function flow(app: TestApp, variables: CumulativeFlowQueryVariables = {}): Promise<string[]> {
  const { cumulativeFlow: rows } = await app.send(CumulativeFlowDocument, variables);
  return rows.map(({ until, total, bands }) =>
    [
      new Date(until).toISOString().slice(0, 13),
      total,
      ...bands
        .filter(({ taskCount }) => taskCount > 0)
        .map(({ kind, phase, taskCount }) => `${phase ?? kind} ${taskCount}`),
    ].join(' '),
  );
}

/** Three tasks: one is completed on the second day, one is blocked on the third, and one stays a draft. */
async function threeDays() {
  const clock = manualClock('2026-01-10T22:00:00Z');
  const app = await testApp({ clock });
  const [done = '', stuck = '', wish = ''] = await createTasks(app, ['in_approval', 'ready_for_qa', 'draft']);
  clock.advance(2 * hours);
  await claimTask(app, { taskKey: done, agentId: 'ada' });
  await finishTask(app, { taskKey: done });
  await claimTask(app, { taskKey: stuck, agentId: 'bob' });
  clock.advance(24 * hours);
  await blockTask(app, { taskKey: stuck, reason: 'no power' });
  clock.advance(6 * hours);
  return { app, clock, done, stuck, wish };
}

describe('the cumulative flow', () => {
  it('counts tasks by phase at the end of each day, and now on the last day', async () => {
    const { app } = await threeDays();
    await using _app = app;

    expect(await flow(app)).toEqual([
      // A task that is finished exactly at midnight is counted on the next day.
      '2026-01-11T00 3 planning 1 qa 1 approval 1',
      '2026-01-12T00 3 planning 1 qa 1 done 1',
      '2026-01-13T00 3 planning 1 done 1 PAUSED 1',
    ]);
  });

  it('has the same bands in every span, in the order of the workflow', async () => {
    const { app } = await threeDays();
    await using _app = app;

    const { cumulativeFlow: rows } = await app.send(CumulativeFlowDocument, {});

    const names = rows.map(({ bands }) => bands.map(({ kind, phase }) => phase ?? kind).join(' '));
    expect(new Set(names)).toEqual(new Set(['planning development review qa approval done PAUSED UNKNOWN']));
  });

  it('includes what happens at the current instant', async () => {
    const { app, clock, wish } = await threeDays();
    await using _app = app;
    clock.jumpTo('2026-01-13T00:00:00Z');
    await finishTask(app, { taskKey: wish });

    expect((await flow(app)).slice(2)).toEqual([
      '2026-01-13T00 3 planning 1 done 1 PAUSED 1',
      '2026-01-14T00 3 planning 1 done 1 PAUSED 1',
    ]);
    expect(await flow(app, { bucket: 'MONTH' })).toEqual(['2026-02-01T00 3 planning 1 done 1 PAUSED 1']);
  });

  it('includes since and excludes until, given as dates or with offsets', async () => {
    const { app } = await threeDays();
    await using _app = app;

    expect(await flow(app, { filter: { since: '2026-01-11', until: '2026-01-12' } })).toEqual([
      '2026-01-12T00 3 planning 1 qa 1 done 1',
    ]);
    // At noon of the last day, the last task is not blocked yet.
    expect(
      await flow(app, { filter: { since: '2026-01-12T00:00:00+01:00', until: '2026-01-12T01:00:00+01:00' } }),
    ).toEqual(['2026-01-12T00 3 planning 1 qa 1 done 1']);
    expect(await flow(app, { filter: { since: '2026-01-09', until: '2026-01-10' } })).toEqual([
      '2026-01-10T00 0',
    ]);
    // The future is left out.
    expect(await flow(app, { filter: { since: '2026-01-12', until: '2027-01-01' } })).toEqual([
      '2026-01-13T00 3 planning 1 done 1 PAUSED 1',
    ]);
  });

  it('is empty without tasks, or has only zeros if a window is given', async () => {
    await using app = await testApp();

    expect(await flow(app)).toEqual([]);
    expect(await flow(app, { filter: { since: '2026-01-10' } })).toEqual([
      '2026-01-11T00 0',
      '2026-01-12T00 0',
    ]);
  });

  it('can be filtered by epic or feature', async () => {
    const { app } = await threeDays();
    await using _app = app;
    await createTasks(app, ['draft', 'draft']);

    const last = async (filter: CumulativeFlowQueryVariables['filter']) =>
      (await flow(app, { filter })).at(-1);
    expect(await last({})).toBe('2026-01-13T00 5 planning 3 done 1 PAUSED 1');
    expect(await last({ epicKey: 'e01' })).toBe('2026-01-13T00 3 planning 1 done 1 PAUSED 1');
    expect(await last({ featureKey: 'E02-F01' })).toBe('2026-01-13T00 2 planning 2');
  });

  it('agrees with an independent computation from the rows, and its bands add up to the tasks that existed', async () => {
    const database = await historyDatabase();
    const bandsSeen = new Set<string>();
    fc.assert(
      fc.property(written, consecutiveSpans, (data, spans) => {
        database.write(data);

        const { bands, points } = database.ask(hour(200), (context) =>
          cumulativeFlow(context, { filter: {}, spans }),
        );

        const expected = spans.map(({ until }) =>
          data.tasks.flatMap((task) => statusBefore(task, until.getTime()) ?? []),
        );
        expect(points.map(({ total }) => total)).toEqual(expected.map(({ length }) => length));
        expect(points.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0))).toEqual(
          points.map(({ total }) => total),
        );
        for (const [place, band] of bands.entries()) {
          const name = band.phase ?? band.kind;
          const counted = points.map(({ counts }) => counts[place]);
          expect(counted).toEqual(
            expected.map((statuses) => statuses.filter((status) => bandOf(status) === name).length),
          );
          if (counted.some((count) => count !== 0)) bandsSeen.add(name);
        }
      }),
      { numRuns: 300 },
    );
    expect(bandsSeen.size).toBe(8);
  });
});

function bandOf(status: string): string {
  if (status === 'blocked' || status === 'on_hold') return 'PAUSED';
  return workflow.statuses.get(status)?.phase ?? 'UNKNOWN';
}

it.each<[SharkAge, object | undefined]>([
  ['recent', undefined],
  [
    'oldest',
    {
      status_flow: { todo: ['in_progress'], in_progress: ['completed'], completed: [] },
      status_metadata: { todo: { phase: 'planning' }, in_progress: { phase: 'development' } },
      special_statuses: { _start_: ['todo'], _complete_: ['completed'] },
    },
  ],
])('the bands of the %s database format add up, with or without sessions', async (age, workflowJson) => {
  for (const migrate of [false, true]) {
    const workflowFile = join(temporaryFolder(), '.sharkconfig.json');
    if (workflowJson !== undefined) writeFileSync(workflowFile, JSON.stringify(workflowJson));
    await using app = await testApp({
      clock: manualClock('2026-02-01T00:00:00Z'),
      config: { databaseFile: createSharkDatabase(age), workflowFile, migrate },
    });

    const { cumulativeFlow: rows } = await app.send(CumulativeFlowDocument, { bucket: 'WEEK' });

    const [{ tasks } = { tasks: 0 }] = app.rows('SELECT COUNT(*) AS tasks FROM tasks');
    expect(rows.at(-1)?.total).toBe(tasks);
    for (const { total, bands } of rows)
      expect(bands.reduce((sum, { taskCount }) => sum + taskCount, 0)).toBe(total);
    // At the end, each task is in its own status or in the last one of its history.
    expect(rows.at(-1)?.bands.filter(({ taskCount }) => taskCount > 0).length).toBeGreaterThan(2);
  }
});
