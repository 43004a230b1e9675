import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { isPause } from '../workflow/status-names.ts';
import type { Status, Workflow } from '../workflow/workflow.ts';

/** The result of every operation on the work of a task. */
export interface LifecycleResult {
  taskId: number;
  /** The session that was opened or closed. Null if there is none; a warning then says why. */
  session: TaskSession | null;
  previousStatus: string;
  /** The next status; null at the end of the workflow. */
  next: Status | null;
  /** Sentences for the user. */
  warnings: string[];
}

/**
 * The status with this name if work on a task in it can continue. Null at the end of the workflow and for a paused
 * task.
 */
export function waitingIn(workflow: Workflow, status: string): Status | null {
  const found = workflow.statuses.get(status);
  return found === undefined || found.isTerminal || found.isComplete || isPause(status) ? null : found;
}

export const sessionNotRecorded =
  'This database has no task_sessions table, so no session was recorded. Start the server with MIGRATE=on to add the table';
