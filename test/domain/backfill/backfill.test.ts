import type { Connection } from '../../../src/db/sqlite/driver.ts';
import { describe, expect, it } from 'vitest';
import { backFill } from '../../../src/domain/backfill/backfill.ts';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { expectType, testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { claimTask, finishTask } from '../../support/mutations.ts';
import {
  contentsOf,
  createDatabaseFrom,
  createSharkDatabase,
  migrationsFolder,
  open,
} from '../../support/shark-databases.ts';
import { defaultWorkflow, workflowFile, workflowFrom } from '../workflow/workflows.ts';

const varied = ['recent-shark-database.sql', 'varied-history.sql'];
const workflow = defaultWorkflow;

/** A database with a task_sessions table. */
async function migrated(fixtures: readonly string[]): Promise<Connection> {
  const connection = open(createDatabaseFrom(fixtures));
  await migrate({ connection, folder: migrationsFolder, clock: manualClock() });
  return connection;
}

function sessionsOf(connection: Connection, taskId: number): unknown[] {
  return connection
    .prepare(
      `SELECT agent_id, agent_type, phase, claimed_from, claimed_to, closed_from, closed_to, started_at, ended_at,
         outcome, notes, duration_minutes, opened_revision, closed_revision
       FROM task_sessions WHERE task_id = ? ORDER BY id`,
    )
    .raw()
    .all(taskId);
}

describe('a backfill', () => {
  it('adds sessions with agent, times, statuses, outcome and notes', async () => {
    const connection = await migrated(varied);

    await backFill({ connection, workflow, dryRun: false });

    // The times have a Z, nanoseconds and offsets, or no zone.
    expect(sessionsOf(connection, 101).slice(0, 4)).toEqual([
      [
        ...['bob', null, 'planning'],
        ...['ready_for_refinement', 'in_refinement', 'in_refinement', 'ready_for_development'],
        ...['2026-01-05T09:00:00.000+00:00', '2026-01-05T09:30:00.000+00:00'],
        ...['completed', 'Specified', 30, null, null],
      ],
      [
        ...['alice', null, 'development'],
        ...['ready_for_development', 'in_development', 'in_development', 'ready_for_code_review'],
        ...['2026-01-05T10:00:00.123+00:00', '2026-01-05T11:00:00.123+00:00'],
        ...['completed', null, 60, null, null],
      ],
      [
        ...['carol', null, 'review'],
        ...['ready_for_code_review', 'in_code_review', 'in_code_review', 'in_development'],
        ...['2026-01-05T13:00:00.000+00:00', '2026-01-05T13:15:00.000+00:00'],
        ...['rejected', 'There are no tests', 15, null, null],
      ],
      [
        ...['carol', null, 'development'],
        ...['in_code_review', 'in_development', 'in_development', 'ready_for_code_review'],
        ...['2026-01-05T13:15:00.000+00:00', '2026-01-05T14:00:00.000+00:00'],
        ...['completed', null, 45, null, null],
      ],
    ]);
  });

  it('reports every row', async () => {
    const connection = await migrated(varied);

    expect(await backFill({ connection, workflow, dryRun: false })).toMatchObject({
      dryRun: false,
      tasks: 14,
      rows: 59,
      added: 17,
      outcomes: { completed: 9, rejected: 2, blocked: 1, abandoned: 5 },
      skipped: [
        { reason: 'no-task', status: null, count: 4, examples: [8, 181, 182] },
        { reason: 'unknown-status', status: 'in_progress', count: 3, examples: [2, 161, 164] },
        { reason: 'still-open', status: null, count: 2, examples: [6, 175] },
        { reason: 'no-status', status: null, count: 2, examples: [7, 133] },
        { reason: 'clock-went-back', status: null, count: 2, examples: [141, 145] },
        { reason: 'unreadable-time', status: null, count: 2, examples: [151, 153] },
      ],
    });
  });

  it('works on the oldest database format', async () => {
    const connection = await migrated(['oldest-shark-database.sql']);
    const oldest = workflowFrom(
      workflowFile({
        todo: { to: ['in_progress'], phase: 'planning' },
        in_progress: { to: ['completed'], phase: 'development' },
        completed: { to: [], phase: 'done' },
      }),
    );

    await backFill({ connection, workflow: oldest, dryRun: false });

    expect(sessionsOf(connection, 1)).toEqual([
      [
        ...['grace', null, 'development', 'todo', 'in_progress', 'in_progress', 'completed'],
        ...['2025-03-02T09:00:00.000+00:00', '2025-03-02T11:30:00.000+00:00'],
        ...['completed', 'Read from the old list', 150, null, null],
      ],
    ]);
  });

  it('gives the same result with any batch size', async () => {
    const [one, other] = [await migrated(varied), await migrated(varied)];
    const afterBatch = async () => undefined;

    const report = await backFill({ connection: one, workflow, dryRun: false, batchSize: 1, afterBatch });

    expect(report).toEqual(await backFill({ connection: other, workflow, dryRun: false }));
  });

  it('reports its progress', async () => {
    const told: unknown[] = [];
    await backFill({
      connection: await migrated(varied),
      workflow,
      dryRun: false,
      batchSize: 8,
      startProgress(total) {
        told.push(total);
        return { advance: (by) => told.push(by), stop: () => told.push('stop') };
      },
    });
    expect(told).toEqual([59, 37, 22, 'stop']);
  });
});

describe('existing rows', () => {
  it('are not changed', async () => {
    const connection = await migrated(varied);
    connection.exec(`INSERT INTO task_sessions
      (task_id, agent_id, phase, claimed_from, claimed_to, started_at, ended_at, outcome) VALUES
      (103, 'dave', 'qa', 'ready_for_qa', 'in_qa', '2026-01-07T08:05:00.000+00:00', '2026-01-07T08:50:00.000+00:00', 'completed'),
      (3, 'alice', 'development', 'ready_for_development', 'in_development', '2026-01-07T08:05:00.000+00:00', NULL, NULL)`);
    const { sqlite_sequence: _, task_sessions: before, ...others } = contentsOf(connection).rows;

    const { added, skipped } = await backFill({ connection, workflow, dryRun: false });

    expect(added).toBe(16);
    expect(skipped).toContainEqual({ reason: 'already-recorded', status: null, count: 1, examples: [131] });
    const { rows } = contentsOf(connection);
    expect(rows).toMatchObject(others);
    expect(rows.task_sessions?.slice(0, 2)).toEqual(before);
  });

  it('are not added again by a second backfill', async () => {
    const connection = await migrated(varied);
    await backFill({ connection, workflow, dryRun: false });
    const before = contentsOf(connection);

    const report = await backFill({ connection, workflow, dryRun: false });

    expect(report.added).toBe(0);
    expect(report.skipped[0]).toMatchObject({ reason: 'already-recorded', count: 17 });
    expect(contentsOf(connection)).toEqual(before);
  });

  it('are not changed by a dry run, which reports the same', async () => {
    const connection = await migrated(varied);
    const before = contentsOf(connection);

    const {
      dryRun,
      suggestions: _suggestions,
      ...found
    } = await backFill({ connection, workflow, dryRun: true });

    expect(dryRun).toBe(true);
    expect(contentsOf(connection)).toEqual(before);
    const {
      dryRun: _dryRun,
      suggestions: _done,
      ...done
    } = await backFill({ connection, workflow, dryRun: false });
    expect(found).toEqual(done);
  });
});

describe('former names of statuses', () => {
  const renamed = {
    ...workflow,
    formerNames: new Map([
      ['in_progress', 'in_development'],
      ['ready_for_review', 'ready_for_code_review'],
    ]),
  };

  /** Pairs of sessions of one task that overlap, or that are the same. */
  function overlaps(connection: Connection): unknown[] {
    return connection
      .prepare(
        `SELECT one.id, other.id FROM task_sessions one JOIN task_sessions other
         ON other.task_id = one.task_id AND other.id > one.id
         WHERE one.started_at < other.ended_at AND other.started_at < one.ended_at
           OR one.started_at = other.started_at AND one.claimed_to = other.claimed_to AND one.ended_at = other.ended_at`,
      )
      .all();
  }

  it('are suggested with the number of sessions that they add', async () => {
    const connection = await migrated(['adopted-history.sql']);

    const { added, suggestions } = await backFill({ connection, workflow, dryRun: true });

    expect(added).toBe(194);
    expect(suggestions).toEqual([
      { formerName: 'in_progress', status: 'in_development', added: 80, corrected: 0 },
      { formerName: 'ready_for_review', status: 'ready_for_code_review', added: 0, corrected: 80 },
    ]);
  });

  it('add the sessions of old work, with the phase and the outcome of the new statuses', async () => {
    const connection = await migrated(['adopted-history.sql']);

    const report = await backFill({ connection, workflow: renamed, dryRun: false });

    expect(report).toMatchObject({
      added: 274,
      outcomes: { completed: 271, rejected: 3, blocked: 0, abandoned: 0 },
      suggestions: [],
    });
    expect(report.skipped.map(({ reason }) => reason)).not.toContain('unknown-status');
    expect(overlaps(connection)).toEqual([]);
    expect(
      connection
        .prepare(
          `SELECT DISTINCT phase, claimed_to, closed_to FROM task_sessions WHERE claimed_from = 'todo'`,
        )
        .raw()
        .all(),
    ).toEqual(expect.arrayContaining([['development', 'in_development', 'ready_for_code_review']]));
  });

  it.each([
    ['after a backfill without them', [workflow, renamed, renamed]],
    ['again', [renamed, renamed]],
    ['before a backfill without them', [renamed, workflow, renamed]],
  ])('add no session twice: %s', async (_, workflows) => {
    const connection = await migrated(['adopted-history.sql']);

    let added = 0;
    for (const each of workflows)
      added += (await backFill({ connection, workflow: each, dryRun: false })).added;

    expect(added).toBe(274);
    expect(overlaps(connection)).toEqual([]);
  });

  it('join work that was only renamed', async () => {
    const connection = await migrated(['recent-shark-database.sql']);
    connection.exec(`
      DELETE FROM task_history;
      INSERT INTO task_history (task_id, old_status, new_status, timestamp) VALUES
        (1, 'ready_for_development', 'in_progress', '2026-01-05 10:00:00'),
        (1, 'in_progress', 'in_development', '2026-01-05 11:00:00'),
        (1, 'in_development', 'ready_for_review', '2026-01-05 12:00:00')`);

    await backFill({ connection, workflow: renamed, dryRun: false });

    expect(
      connection.prepare('SELECT claimed_to, duration_minutes, outcome FROM task_sessions').raw().all(),
    ).toEqual([['in_development', 120, 'completed']]);
  });
});

describe('concurrent work', () => {
  it('two backfills at once add each session once', async () => {
    const one = await migrated(varied);
    const other = open(one.name);
    const options = { workflow, dryRun: false, batchSize: 1 };

    const reports = await Promise.all([
      backFill({ connection: one, ...options }),
      backFill({ connection: other, ...options }),
    ]);

    expect(reports.map(({ added }) => added).reduce((sum, added) => sum + added)).toBe(17);
    expect(one.prepare('SELECT COUNT(*) FROM task_sessions').pluck().get()).toBe(17);
  });

  it('an interrupted backfill can be repeated', async () => {
    const connection = await migrated(varied);
    let batches = 0;
    const breakOff = async () => {
      batches += 1;
      if (batches === 9) throw new Error('Broken off');
    };
    const run = backFill({ connection, workflow, dryRun: false, batchSize: 1, afterBatch: breakOff });
    await expect(run).rejects.toThrow('Broken off');

    const { added, skipped } = await backFill({ connection, workflow, dryRun: false });

    expect(added).toBeGreaterThan(0);
    expect(skipped).toContainEqual(
      expect.objectContaining({ reason: 'already-recorded', count: 17 - added }),
    );
  });

  it('sessions that a server opens and closes during a backfill are recorded once', async () => {
    await using app = await testApp({
      config: { databaseFile: createDatabaseFrom(varied) },
      clock: manualClock('2026-01-20T10:00:00Z'),
    });
    const connection = open(app.config.databaseFile);
    let isFirst = true;
    const claimInBetween = async () => {
      if (!isFirst) return;
      isFirst = false;
      // Both tasks have a history that the backfill has not read yet.
      for (const taskKey of ['T-E01-F01-103', 'T-E01-F01-105'])
        expectType(await claimTask(app, { taskKey, agentId: 'live' }), 'ClaimTaskPayload');
      expectType(await finishTask(app, { taskKey: 'T-E01-F01-105' }), 'FinishTaskPayload');
    };

    await backFill({ connection, workflow, dryRun: false, batchSize: 1, afterBatch: claimInBetween });

    const live = app.rows(
      'SELECT task_id, started_at, outcome, opened_revision IS NOT NULL AS told FROM task_sessions WHERE agent_id = ?',
      'live',
    );
    const startedAt = '2026-01-20T10:00:00.000+00:00';
    expect(live.map((row) => ({ ...row }))).toEqual([
      { task_id: 103, started_at: startedAt, outcome: null, told: 1 },
      { task_id: 105, started_at: startedAt, outcome: 'completed', told: 1 },
    ]);
    expect(app.rows('SELECT COUNT(*) AS count FROM task_sessions')).toEqual([{ count: 19 }]);
  });

  it('a server sends no events for backfilled sessions', async () => {
    await using app = await testApp({ config: { databaseFile: createDatabaseFrom(varied) } });
    const latest = () => app.rows('SELECT latest FROM task_session_revisions');
    const before = latest();

    await backFill({ connection: open(app.config.databaseFile), workflow, dryRun: false });

    expect(latest()).toEqual(before);
  });
});

it('a backfill needs the task_sessions table, except for a dry run', async () => {
  const connection = open(createSharkDatabase('recent'));
  expect(await backFill({ connection, workflow, dryRun: true })).toMatchObject({ added: 1 });
  await expect(backFill({ connection, workflow, dryRun: false })).rejects.toThrow('no such table');
});
