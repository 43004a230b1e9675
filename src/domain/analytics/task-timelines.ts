import { Prisma } from '../../db/generated/prisma/client.ts';
import type { Inquiry } from './query-context.ts';
import { type Life, livesIn } from './task-timeline.ts';
import { readTaskRecord, selectTaskRecords, type TaskRecordRow } from './task-records.ts';
import { noTime, type TimeSpent } from './time-spent.ts';

export interface TaskLife extends Life {
  readonly taskId: number;
}

/** The lives of these tasks up to now, in the order of their ids. What is no task has none. */
export function taskLives(
  { snapshot, workflow, now }: Inquiry,
  { taskIds }: { taskIds: readonly number[] },
): TaskLife[] {
  const lifeOf = livesIn(workflow);
  const which = Prisma.sql`task.id IN (SELECT value FROM json_each(${JSON.stringify(taskIds)}))`;
  return snapshot
    .all<TaskRecordRow>(selectTaskRecords(which))
    .map((row) => ({ taskId: row.id, ...lifeOf(readTaskRecord(row), now.getTime()) }));
}

/** What a life was spent on; it adds up to the time from its beginning to its end. */
export function timeSpentIn({ stretches }: Life): TimeSpent {
  const spent = noTime();
  for (const { kind, since, until } of stretches) spent[kind] += until - since;
  return spent;
}
