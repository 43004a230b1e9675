import type { Client } from '../client/client.ts';
import { SessionsDocument, TasksDocument } from '../client/generated/graphql.ts';
import { ExpectedError } from '../shared/expected-error.ts';
import type { Output } from './output/output.ts';
import type { Listing } from './pages.ts';
import { plain } from '../shared/terminal-text.ts';

/** Always throws an ExpectedError: the task does not exist. */
export function noSuchTask(key: string): never {
  throw new ExpectedError({
    code: 'TASK_NOT_FOUND',
    message: `There is no task '${plain(key)}'`,
    suggestion: "Check the key, or list the tasks with 'shark task list'",
    parameters: { taskKey: key },
  });
}

/**
 * Prints a notice if no session of this agent was ever recorded. Call this if a command found no sessions: its agent may
 * be mistyped, but an unknown agent is no error, because it can still start.
 */
export async function explainNoSessions(
  { client, output }: { client: Client; output: Output },
  agent: string | null | undefined,
): Promise<void> {
  if (agent === null || agent === undefined) return;
  const { sessions } = await client.send(SessionsDocument, { filter: { agent }, first: 0 });
  if (sessions.totalCount === 0) output.notice(`No session of agent '${plain(agent)}' was ever recorded.`);
}

/** The same for a command that found no tasks for agents of this type. */
export async function explainNoTasks(
  { client, output }: { client: Client; output: Output },
  agentType: string | null | undefined,
): Promise<void> {
  if (agentType === null || agentType === undefined) return;
  const { tasks } = await client.send(TasksDocument, { filter: { agentType }, first: 0 });
  if (tasks.totalCount === 0) output.notice(`No task is planned for agents of type '${plain(agentType)}'.`);
}

/** Prints a notice if a list shows only a part of its items. */
export function printRemainingCount(
  output: Output,
  { items, totalCount }: Listing<unknown>,
  what: string,
): void {
  if (totalCount > items.length)
    output.notice(
      `Showing ${items.length} of ${totalCount} ${what}s. Use --limit to show more, or --limit=all to show all`,
    );
}
