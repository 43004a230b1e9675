import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timelinesIn, type SegmentKind } from '../../../src/domain/analytics/task-timeline.ts';
import type { SessionRecord, StatusChange, TaskRecord } from '../../../src/domain/tasks/task-history.ts';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { naiveSegments } from '../../support/naive-timeline.ts';
import { workflowFrom } from '../workflow/workflows.ts';

const workflow = workflowFrom(defaultWorkflowFile);
const timelineOf = timelinesIn(workflow);

/** A task that was created at 0 and never claimed. */
const untouched: TaskRecord = {
  taskId: 1,
  status: 'ready_for_development',
  createdAt: 0,
  completedAt: null,
  firstStatus: null,
  changes: [['ready_for_development', 0]],
  sessions: [],
};

type Piece = [kind: SegmentKind, phase: string, since: number, until: number];

/** The segments in short. Expects that they cover the timeline. */
function pieces(task: Partial<TaskRecord>, now = 1_000): Piece[] {
  const { since, until, segments } = timelineOf({ ...untouched, ...task }, now);
  const list = segments.map((segment): Piece => [segment.kind, segment.phase, segment.since, segment.until]);
  expect([since, until]).toEqual([list[0]?.[2] ?? since, list.at(-1)?.[3] ?? until]);
  return list;
}

describe('the timeline of a task', () => {
  it('has queue time until the claim, and work until the session ends', () => {
    const changes: StatusChange[] = [
      ['ready_for_development', 0],
      ['in_development', 30],
      ['ready_for_code_review', 100],
    ];
    const sessions: SessionRecord[] = [[1, 'development', 30, 100, null]];
    expect(pieces({ status: 'ready_for_code_review', changes, sessions })).toEqual([
      ['queue', 'development', 0, 30],
      ['work', 'development', 30, 100],
      ['queue', 'review', 100, 1_000],
    ]);
  });

  it('has rework from the target phase of a rejection up to the phase that rejected it', () => {
    const sessions: SessionRecord[] = [
      [1, 'development', 0, 10, null],
      [2, 'review', 20, 30, null],
      [3, 'qa', 30, 40, 'in_development'],
      [4, 'development', 40, 50, null],
      [5, 'review', 50, 60, null],
      [6, 'qa', 60, 70, null],
      [7, 'approval', 70, 80, null],
      [8, 'planning', 80, 90, null],
    ];
    expect(
      timelineOf({ ...untouched, sessions }, 90).segments.map(({ kind, phase }) => [kind, phase]),
    ).toEqual([
      ['work', 'development'],
      ['queue', 'development'],
      ['work', 'review'],
      ['work', 'qa'],
      ['rework', 'development'],
      ['rework', 'review'],
      ['rework', 'qa'],
      ['work', 'approval'],
      ['work', 'planning'],
      ['queue', 'development'],
    ]);
  });

  it.each([
    ['a status that is not in the workflow', 'somewhere'],
    ['a status that was not recorded', ''],
  ])('has rework only in the rejecting phase, after a rejection to %s', (_name, rejectedTo) => {
    const sessions: SessionRecord[] = [
      [1, 'review', 0, 10, rejectedTo],
      [2, 'development', 10, 20, null],
      [3, 'review', 20, 30, null],
    ];
    expect(pieces({ sessions }, 30).slice(0, 3)).toEqual([
      ['work', 'review', 0, 10],
      ['work', 'development', 10, 20],
      ['rework', 'review', 20, 30],
    ]);
  });

  it('is blocked in the phase of the block, even if the task is put on hold after that', () => {
    const changes: StatusChange[] = [
      ['in_qa', 0],
      ['blocked', 10],
      ['on_hold', 15],
      ['ready_for_refinement', 30],
    ];
    const sessions: SessionRecord[] = [[1, 'qa', 0, 10, null]];
    expect(pieces({ status: 'ready_for_refinement', changes, sessions }, 40)).toEqual([
      ['work', 'qa', 0, 10],
      ['blocked', 'qa', 10, 30],
      ['queue', 'planning', 30, 40],
    ]);
  });

  it('is idle in a draft, in unclaimed work, and in statuses that are not in the workflow', () => {
    const changes: StatusChange[] = [
      ['draft', 0],
      ['in_development', 10],
      ['ready_for_lunch', 20],
      ['blocked', 30],
    ];
    expect(pieces({ status: 'blocked', changes }, 40)).toEqual([
      ['idle', 'planning', 0, 10],
      ['idle', 'development', 10, 20],
      ['idle', 'any', 20, 30],
      ['blocked', 'any', 30, 40],
    ]);
  });

  it('ends with a segment of length zero if a status begins at the current instant', () => {
    const changes: StatusChange[] = [
      ['ready_for_development', 0],
      ['in_development', 10],
    ];
    const sessions: SessionRecord[] = [[1, 'development', 10, null, null]];
    expect(pieces({ status: 'in_development', changes, sessions }, 10)).toEqual([
      ['queue', 'development', 0, 10],
      ['work', 'development', 10, 10],
    ]);
    expect(pieces({ status: 'in_development', changes }, 10)).toEqual([
      ['queue', 'development', 0, 10],
      ['idle', 'development', 10, 10],
    ]);
    expect(pieces({}, 0)).toEqual([['queue', 'development', 0, 0]]);
  });

  describe('ends', () => {
    const done: StatusChange[] = [
      ['ready_for_development', 0],
      ['completed', 10],
      ['in_development', 20],
      ['completed', 30],
    ];

    it('when the task became complete for the last time', () => {
      expect(pieces({ status: 'completed', changes: done })).toEqual([
        ['queue', 'development', 0, 10],
        ['idle', 'done', 10, 20],
        ['idle', 'development', 20, 30],
      ]);
    });

    it('not later if a complete task is completed again, or cancelled', () => {
      const changes: StatusChange[] = [...done, ['completed', 40], ['cancelled', 50]];
      expect(pieces({ status: 'cancelled', changes }).at(-1)).toEqual(['idle', 'development', 20, 30]);
    });

    it('not while the task is in another status, regardless of its history', () => {
      expect(pieces({ status: 'in_qa', changes: done }).at(-1)).toEqual(['idle', 'done', 30, 1_000]);
    });

    it('at completed_at if the history has no completion', () => {
      const task = { status: 'completed', completedAt: 70 };
      expect(pieces(task)).toEqual([['queue', 'development', 0, 70]]);
      expect(pieces({ ...task, changes: [] })).toEqual([['idle', 'done', 0, 70]]);
    });

    it('with the last known event if even that is missing', () => {
      const sessions: SessionRecord[] = [[1, 'development', 10, 60, null]];
      expect(pieces({ status: 'completed', sessions }).at(-1)).toEqual(['work', 'development', 10, 60]);
      expect(pieces({ status: 'completed', changes: [] })).toEqual([]);
    });
  });

  describe('begins', () => {
    it('with the creation, in the status before the first change', () => {
      const changes: StatusChange[] = [['in_development', 40]];
      const task = { status: 'in_development', firstStatus: 'ready_for_development', changes };
      expect(pieces(task, 50)).toEqual([
        ['queue', 'development', 0, 40],
        ['idle', 'development', 40, 50],
      ]);
    });

    it('with the first change if that is earlier, or if created_at cannot be read', () => {
      for (const createdAt of [70, null])
        expect(pieces({ createdAt, changes: [['ready_for_development', 40]] }, 100)).toEqual([
          ['queue', 'development', 40, 100],
        ]);
    });

    it('with the creation if the first change has no readable time', () => {
      expect(pieces({ createdAt: 70, changes: [['ready_for_development', null]] }, 100)).toEqual([
        ['queue', 'development', 70, 100],
      ]);
    });

    it('with the first readable time, or now without a readable time', () => {
      const createdAt = null;
      expect(
        pieces(
          {
            createdAt,
            changes: [
              ['draft', null],
              ['ready_for_qa', 60],
            ],
            status: 'ready_for_qa',
          },
          100,
        ),
      ).toEqual([['queue', 'qa', 60, 100]]);
      expect(pieces({ createdAt, changes: [], sessions: [[1, 'qa', 20, 30, null]] }, 50)).toEqual([
        ['work', 'qa', 20, 30],
        ['queue', 'development', 30, 50],
      ]);
      expect(pieces({ createdAt, changes: [] }, 100)).toEqual([['queue', 'development', 100, 100]]);
    });
  });

  describe('has no gap and no overlap when', () => {
    it('the clock was set back: an earlier time is replaced by the previous time', () => {
      const changes: StatusChange[] = [
        ['ready_for_development', 0],
        ['in_development', 50],
        ['ready_for_code_review', 20],
        ['in_code_review', 60],
      ];
      expect(pieces({ status: 'in_code_review', changes }, 70)).toEqual([
        ['queue', 'development', 0, 50],
        ['queue', 'review', 50, 60],
        ['idle', 'review', 60, 70],
      ]);
    });

    it('two sessions overlap: the one that started first counts', () => {
      const sessions: SessionRecord[] = [
        [3, 'qa', 35, 38, null],
        [2, 'qa', 20, 50, null],
        [1, 'development', 10, 40, null],
      ];
      expect(pieces({ sessions }, 60)).toEqual([
        ['queue', 'development', 0, 10],
        ['work', 'development', 10, 40],
        ['work', 'qa', 40, 50],
        ['queue', 'development', 50, 60],
      ]);
    });

    it('sessions are before or after the timeline, or cross its ends', () => {
      const sessions: SessionRecord[] = [
        [1, 'qa', -50, -10, null],
        [2, 'qa', -5, 5, null],
        [3, 'qa', 25, 35, null],
        [4, 'qa', 40, 45, null],
      ];
      const changes: StatusChange[] = [...untouched.changes, ['completed', 30]];
      expect(pieces({ status: 'completed', changes, sessions })).toEqual([
        ['work', 'qa', 0, 5],
        ['queue', 'development', 5, 25],
        ['work', 'qa', 25, 30],
      ]);
    });

    it('the task was created after now', () => {
      expect(pieces({ createdAt: 500, changes: [] }, 100)).toEqual([['queue', 'development', 500, 500]]);
    });
  });
});

describe('for all records', () => {
  const time = fc.integer({ min: -5, max: 60 });
  const status = fc.constantFrom(...workflow.statuses.keys(), 'ready_for_lunch', '');
  const phase = fc.constantFrom(...workflow.phases, 'any', 'lunch');
  const change = fc.tuple(status, fc.option(time)).map(([to, at]): StatusChange => [to, at]);
  const records: fc.Arbitrary<TaskRecord> = fc.record({
    taskId: fc.constant(1),
    status,
    createdAt: fc.option(time),
    completedAt: fc.option(time),
    firstStatus: fc.option(status),
    changes: fc.array(change, { maxLength: 12 }),
    sessions: fc
      .array(fc.tuple(phase, time, fc.option(time), fc.option(status)), { maxLength: 8 })
      .map((list) =>
        list.map(
          ([name, start, end, rejectedTo], index): SessionRecord => [index, name, start, end, rejectedTo],
        ),
      ),
  });

  it('every instant is in exactly one segment, and the segments add up', () => {
    fc.assert(
      fc.property(records, time, (task, now) => {
        const { since, until, isOver, segments } = timelineOf(task, now);

        expect(segments.reduce((sum, segment) => sum + segment.until - segment.since, 0)).toBe(until - since);
        expect([since, ...segments.map((segment) => segment.until)]).toEqual([
          ...segments.map((segment) => segment.since),
          until,
        ]);
        const ended = isOver ? segments : segments.slice(0, -1);
        expect(ended.filter((segment) => segment.until <= segment.since)).toEqual([]);
        expect(isOver || segments.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('every instant has the same kind as in an independent computation', () => {
    fc.assert(
      fc.property(records, time, (task, now) => {
        const timeline = timelineOf(task, now);
        const lasted = timeline.segments.filter(({ since, until }) => until > since);
        expect(lasted).toEqual(naiveSegments(workflow, task, timeline));
      }),
      { numRuns: 2_000 },
    );
  });
});
