import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { taskPosition } from '../../../src/domain/analytics/open-tasks.ts';
import {
  creationTime,
  statusEntries,
  taskHistories,
  taskRecords,
  type TaskHistory,
} from '../../../src/domain/tasks/task-history.ts';
import { historyDatabase, instantsOf, pathOf, written } from '../../support/task-histories.ts';

const all = sql`TRUE`;
const now = new Date('2026-02-01T00:00:00Z');

/** A task that was created at 100, without a history. */
const untouched: TaskHistory = {
  taskId: 1,
  status: 'draft',
  createdAt: 100,
  firstStatus: null,
  changes: [],
};

describe('the creation of a task', () => {
  it.each<[what: string, task: Partial<TaskHistory>, creation: number | null]>([
    ['is created_at', {}, 100],
    ['is an earlier first change', { changes: [['draft', 40]] }, 40],
    ['is not a later first change', { changes: [['draft', 140]] }, 100],
    [
      'is the first readable change if created_at cannot be read',
      {
        createdAt: null,
        changes: [
          ['', null],
          ['draft', 40],
        ],
      },
      40,
    ],
    ['is null if no time can be read', { createdAt: null, changes: [['draft', null]] }, null],
  ])('%s', (_what, task, creation) => {
    expect(creationTime({ ...untouched, ...task })).toBe(creation);
  });
});

describe('the statuses of a task', () => {
  it.each<[what: string, task: Partial<TaskHistory>, entries: [status: string, at: number][]]>([
    ['are only its current status without a history', {}, [['draft', 100]]],
    [
      'begin with the status before the first change',
      { firstStatus: 'todo', changes: [['in_qa', 120]] },
      [
        ['todo', 100],
        ['in_qa', 120],
      ],
    ],
    [
      'begin with the first change if it has no old status',
      { changes: [['in_qa', 120]] },
      [
        ['in_qa', 100],
        ['in_qa', 120],
      ],
    ],
    [
      'leave out rows without a status',
      {
        changes: [
          ['', 110],
          ['in_qa', 120],
        ],
      },
      [
        ['in_qa', 100],
        ['in_qa', 120],
      ],
    ],
    [
      'replace earlier and unreadable times by the previous time',
      {
        changes: [
          ['in_qa', 120],
          ['draft', 90],
          ['in_qa', null],
        ],
      },
      [
        ['in_qa', 100],
        ['in_qa', 120],
        ['draft', 120],
        ['in_qa', 120],
      ],
    ],
  ])('%s', (_what, task, entries) => {
    const found = statusEntries({ ...untouched, ...task }, 100);
    expect(found.map(({ status, at }) => [status, at])).toEqual(entries);
  });
});

it('histories agree with an independent reading of the rows, in TypeScript and in SQL', async () => {
  const database = await historyDatabase();
  fc.assert(
    fc.property(written, (data) => {
      database.write(data);
      const histories = database.ask(now, ({ snapshot }) => [...taskHistories(snapshot, all)]);
      const positions = database.ask(now, (context) =>
        histories.map(({ taskId }) => taskPosition(context, { id: taskId })?.createdAt),
      );

      const created = histories.map((history) => creationTime(history) ?? undefined);
      expect(created).toEqual(data.tasks.map((task) => instantsOf(task).created));
      expect(positions).toEqual(created.map((instant) => instant ?? Number.MAX_SAFE_INTEGER));
      const entries = histories.map((history, index) => statusEntries(history, created[index] ?? Number.NaN));
      expect(entries).toEqual(
        data.tasks.map((task) => pathOf(task).map(({ status, at }) => ({ status, at: at ?? Number.NaN }))),
      );
    }),
    { numRuns: 200 },
  );
});

it('records are histories with sessions', async () => {
  const database = await historyDatabase();
  fc.assert(
    fc.property(written, (data) => {
      database.write(data);
      const [histories, records] = database.ask(now, ({ snapshot }) => [
        [...taskHistories(snapshot, all)],
        [...taskRecords(snapshot, all)],
      ]);
      // The sessions in this database belong to no task.
      expect(records).toEqual(histories.map((history) => ({ ...history, completedAt: null, sessions: [] })));
    }),
    { numRuns: 50 },
  );
});
