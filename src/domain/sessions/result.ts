import { utcText } from '../../shared/instant.ts';
import type { Task } from '../tasks/task.ts';
import type { TaskSession } from './session.ts';
import { isPause } from '../workflow/status-names.ts';
import type { Status, Workflow } from '../workflow/workflow.ts';

/** The result of an operation that claims a task, ends its work or unblocks it. */
export interface LifecycleResult {
  /** The task after the operation. */
  task: Task;
  /** The session that the operation opened or closed. Null if there is none. A warning can say why. */
  session: TaskSession | null;
  previousStatus: string;
  /** The status that comes next for the task. Null at the end of the workflow. */
  next: Status | null;
  /** Whether an earlier request already did this, so that the operation changed nothing. */
  repeated: boolean;
  /** Sentences for the user. */
  warnings: string[];
}

/** Returns a warning that says when and how an already closed session ended. */
export function alreadyEnded({ id, outcome, endedAt }: TaskSession): string {
  const when = endedAt === null ? '' : ` at ${utcText(endedAt)} UTC`;
  return `Session ${id} was already ${outcome ?? 'closed'}${when}. This request changed nothing`;
}

/** Returns the status with this name. Null if it is unknown, a pause, or at the end of the workflow. */
export function waitingIn(workflow: Workflow, status: string): Status | null {
  const found = workflow.statuses.get(status);
  return found === undefined || found.isTerminal || found.isComplete || isPause(status) ? null : found;
}

export const sessionNotRecorded =
  'This database has no task_sessions table, so no session was recorded. Start the server with MIGRATE=on to add the table';
