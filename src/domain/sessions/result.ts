import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { isPause } from '../workflow/status-names.ts';
import type { Status, Workflow } from '../workflow/workflow.ts';

/** What every operation on a task's work answers. */
export interface LifecycleResult {
  taskId: number;
  /** Null where there was no session to open or close; a warning then says why. */
  session: TaskSession | null;
  previousStatus: string;
  /** Where the task goes on from here; null at the end of the workflow. */
  next: Status | null;
  /** What the caller should know, in sentences. */
  warnings: string[];
}

/** Where a task that waits in `status` is worked on next; null when it is at its end or set aside. */
export function waitingIn(workflow: Workflow, status: string): Status | null {
  const found = workflow.statuses.get(status);
  return found === undefined || found.isTerminal || found.isComplete || isPause(status) ? null : found;
}

export const sessionNotRecorded =
  'This database has no task_sessions table, so no session was recorded. Start the server with MIGRATE=on to add it';
