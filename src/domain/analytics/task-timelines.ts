import { Prisma } from '../../db/generated/prisma/client.ts';
import type { QueryContext } from './query-context.ts';
import { type TaskTimeline, timelinesIn } from './task-timeline.ts';
import { readTaskRecord, selectTaskRecords, type TaskRecordRow } from './task-records.ts';
import { noTime, type TimeSpent } from './time-spent.ts';

export interface TimelineOfTask extends TaskTimeline {
  readonly taskId: number;
}

/** The lives of these tasks up to now, in the order of their ids. What is no task has none. */
export function taskTimelines(
  { snapshot, workflow, now }: QueryContext,
  { taskIds }: { taskIds: readonly number[] },
): TimelineOfTask[] {
  const timelineOf = timelinesIn(workflow);
  const which = Prisma.sql`task.id IN (SELECT value FROM json_each(${JSON.stringify(taskIds)}))`;
  return snapshot
    .all<TaskRecordRow>(selectTaskRecords(which))
    .map((row) => ({ taskId: row.id, ...timelineOf(readTaskRecord(row), now.getTime()) }));
}

/** What a life was spent on; it adds up to the time from its beginning to its end. */
export function timeSpentIn({ segments }: TaskTimeline): TimeSpent {
  const spent = noTime();
  for (const { kind, since, until } of segments) spent[kind] += until - since;
  return spent;
}
