import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeFlow } from '../../../src/domain/analytics/cumulative-flow.ts';
import { throughput, type Throughput } from '../../../src/domain/analytics/throughput.ts';
import { AbortedError } from '../../../src/db/snapshot.ts';
import { ThroughputDocument, type ThroughputQueryVariables } from '../../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { blockTask, claimTask, finishTask, rejectTask, unblockTask } from '../../support/mutations.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';
import {
  historyDatabase,
  hour,
  pathOf,
  consecutiveSpans,
  type Written,
  workflow,
  written,
} from '../../support/task-histories.ts';
import { createTasks } from '../../support/tasks.ts';

const hours = 3_600_000;

/** One line per span: its start, and the counts that are not zero. */
async function perSpan(app: TestApp, variables: ThroughputQueryVariables = {}): Promise<string[]> {
  const { throughput: rows } = await app.send(ThroughputDocument, variables);
  return rows.map(({ since, until: _until, ...counts }) =>
    [
      new Date(since).toISOString().slice(0, 13),
      ...Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : `${name} ${count}`)),
    ].join(' '),
  );
}

/** The message of an invalid query. */
async function refusal(app: TestApp, variables: ThroughputQueryVariables) {
  const { errors } = await app.post(ThroughputDocument.toString(), variables);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  return errors?.[0]?.message;
}

/** Four days, without events on the second. */
async function fourDays() {
  const clock = manualClock('2026-01-10T22:00:00Z');
  const app = await testApp({ clock });
  const [done = '', returned = '', stuck = ''] = await createTasks(app, ['in_approval', 'in_qa', 'in_qa']);
  clock.advance(24 * hours);
  clock.advance(24 * hours);
  await claimTask(app, { taskKey: returned, agentId: 'bob' });
  await rejectTask(app, { taskKey: returned, reason: 'no tests' });
  await claimTask(app, { taskKey: stuck, agentId: 'eve' });
  await blockTask(app, { taskKey: stuck, reason: 'no power' });
  clock.advance(2 * hours);
  await claimTask(app, { taskKey: done, agentId: 'ada' });
  await finishTask(app, { taskKey: done });
  clock.advance(1 * hours);
  // Blocked in QA, it returns to development.
  await unblockTask(app, stuck);
  return { app, clock, done };
}

describe('throughput', () => {
  it('returns the counts of each day, including days without events', async () => {
    const { app } = await fourDays();
    await using _app = app;

    expect(await perSpan(app)).toEqual([
      '2026-01-10T00 created 3',
      '2026-01-11T00',
      '2026-01-12T00 reworked 1',
      '2026-01-13T00 completed 1 reworked 1',
    ]);
    expect(await perSpan(app, { bucket: 'WEEK' })).toEqual([
      '2026-01-05T00 created 3',
      '2026-01-12T00 completed 1 reworked 2',
    ]);
  });

  it('counts a cancellation and a reopening by another program', async () => {
    const { app } = await fourDays();
    await using _app = app;
    app.change(`
      PRAGMA foreign_keys = OFF;
      INSERT INTO task_history (task_id, old_status, new_status, timestamp) VALUES
        (1, 'completed', 'in_development', '2026-01-13 00:30:00'),
        (2, 'in_development', 'cancelled', '2026-01-13T01:00:00.0004+01:00'),
        (99, NULL, 'completed', '2026-01-13 00:30:00')`);

    expect(await perSpan(app, { filter: { since: '2026-01-13' } })).toEqual([
      '2026-01-13T00 completed 1 cancelled 1 reopened 1 reworked 1',
    ]);
  });

  it('includes since and excludes until', async () => {
    const { app } = await fourDays();
    await using _app = app;
    const within = (since: string, until?: string) => perSpan(app, { filter: { since, until } });

    expect(await within('2026-01-10T22:00:00Z', '2026-01-10T22:00:00.001Z')).toEqual([
      '2026-01-10T00 created 3',
    ]);
    expect(await within('2026-01-10T22:00:00.001Z', '2026-01-11')).toEqual(['2026-01-10T00']);
    expect(await within('2026-01-10', '2026-01-10T22:00:00Z')).toEqual(['2026-01-10T00']);
    expect(await within('2026-01-10T23:00:00+01:00', '2026-01-10T23:00:00.001+01:00')).toEqual([
      '2026-01-10T00 created 3',
    ]);
    expect(await within('2026-01-13T01:00:00Z')).toEqual(['2026-01-13T00 reworked 1']);
    expect(await within('2026-01-11', '2026-01-11')).toEqual([]);
    expect(await within('2026-01-11T12:00:00Z', '2026-01-11T12:00:00Z')).toEqual([]);
    expect(await perSpan(app, { filter: { until: '2026-01-10' } })).toEqual([]);
  });

  it('can be filtered by epic or feature', async () => {
    const { app } = await fourDays();
    await using _app = app;
    await createTasks(app, ['draft', 'completed']);

    const today = async (filter: ThroughputQueryVariables['filter']) =>
      (await perSpan(app, { filter: { since: '2026-01-13', ...filter } })).join();
    expect(await today({})).toBe('2026-01-13T00 created 2 completed 2 reworked 1');
    expect(await today({ epicKey: 'E01' })).toBe('2026-01-13T00 completed 1 reworked 1');
    expect(await today({ featureKey: 'e02-f01' })).toBe('2026-01-13T00 created 2 completed 1');
  });

  it('rejects invalid filters with a message', async () => {
    const { app } = await fourDays();
    await using _app = app;

    expect(await refusal(app, { filter: { since: '2026-01-12', until: '2026-01-11' } })).toMatch(
      /^since \(2026-01-12T00:00:00.000Z\) is after until \(2026-01-11T00:00:00.000Z\)/,
    );
    expect(await refusal(app, { filter: { since: '2027-01-01' } })).toMatch(
      /^since \(2027-01-01T00:00:00.000Z\) is after now \(2026-01-13T01:00:00.000Z\)/,
    );
    expect(await refusal(app, { filter: { epicKey: 'seven' } })).toMatch(/^epicKey 'seven' is not a key/);
    expect(await refusal(app, { filter: { since: '2025-01-01' }, bucket: 'HOUR' })).toMatch(
      /has 9050 buckets of one HOUR. The maximum is 500/,
    );
    app.change(`UPDATE tasks SET created_at = '2001-01-01 00:00:00'`);
    expect(await refusal(app, {})).toMatch(
      /^The period from 2001-01-01T00:00:00.000Z .* has 9144 buckets of one DAY/,
    );
  });

  it('agrees with an independent computation from the rows, and with the cumulative flow', async () => {
    const database = await historyDatabase();
    const seen = { created: 0, completed: 0, cancelled: 0, reopened: 0, reworked: 0 };
    fc.assert(
      fc.property(written, consecutiveSpans, (data, spans) => {
        database.write(data);
        const ask = { filter: {}, spans };

        const counts = database.ask(hour(200), (context) => throughput(context, ask));

        expect(counts).toEqual(
          spans.map((span) => expected(data, span.since.getTime(), span.until.getTime())),
        );
        const { points } = database.ask(hour(200), (context) => cumulativeFlow(context, ask));
        for (const [index, { created }] of counts.entries())
          if (index > 0) expect(created).toBe((points[index]?.total ?? 0) - (points[index - 1]?.total ?? 0));
        for (const count of counts) for (const name of names) seen[name] += count[name];
      }),
      { numRuns: 300 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(10);
  });
});

it('the computation stops when it is aborted', async () => {
  const database = await historyDatabase();
  database.write({ tasks: [{ createdAt: hour(0).toISOString(), status: 'draft', moves: [] }], sessions: [] });
  const ask = () => database.ask(hour(1), (context) => throughput(context, { filter: {}, spans: [] }));
  expect(ask()).toEqual([]);

  database.abort();

  expect(ask).toThrow(AbortedError);
});

const names = ['created', 'completed', 'cancelled', 'reopened', 'reworked'] as const;

/** Computed independently from the rows. */
function expected({ tasks }: Written, since: number, until: number): Throughput {
  const isIn = (at: number | undefined) => at !== undefined && at >= since && at < until;
  const moves = tasks.flatMap((task) => {
    const path = pathOf(task);
    return path.map(({ status, at }, index) => {
      const earlier = path.slice(0, index);
      return {
        isCreation: index === 0,
        at,
        from: earlier.at(-1)?.status,
        // The status before the pause.
        cameFrom: earlier.findLast((step) => !['blocked', 'on_hold'].includes(step.status))?.status,
        to: status,
      };
    });
  });
  const made = moves.filter(({ at }) => isIn(at));
  const isOver = (status: string | undefined) => status === 'completed' || status === 'cancelled';
  const order = (status: string | undefined) =>
    workflow.phases.indexOf(workflow.statuses.get(status ?? '')?.phase ?? 'none');
  return {
    created: made.filter(({ isCreation }) => isCreation).length,
    completed: made.filter(({ from, to }) => to === 'completed' && from !== 'completed').length,
    cancelled: made.filter(({ from, to }) => to === 'cancelled' && from !== 'cancelled').length,
    reopened: made.filter(({ from, to }) => isOver(from) && !isOver(to)).length,
    reworked: made.filter(
      ({ from, to, cameFrom }) =>
        !isOver(from) && !isOver(to) && order(to) >= 0 && order(to) < order(cameFrom),
    ).length,
  };
}

it('the counts add up to the tasks of a database of another program', async () => {
  await using app = await testApp({
    clock: manualClock('2026-02-01T00:00:00Z'),
    config: { databaseFile: createSharkDatabase('recent') },
  });

  const { throughput: rows } = await app.send(ThroughputDocument, { bucket: 'DAY' });

  const [{ tasks } = { tasks: 0 }] = app.rows('SELECT COUNT(*) AS tasks FROM tasks');
  expect(rows.reduce((sum, { created }) => sum + created, 0)).toBe(tasks);
  // One task was rejected in review on 2026-01-06, one completed on 2025-12-27, and one row has no task.
  expect(rows.filter(({ reworked }) => reworked > 0).map(({ since }) => since)).toEqual([
    '2026-01-06T00:00:00.000Z',
  ]);
  expect(
    rows.filter(({ completed }) => completed > 0).map(({ since, completed }) => [since, completed]),
  ).toEqual([['2025-12-27T00:00:00.000Z', 1]]);
});
