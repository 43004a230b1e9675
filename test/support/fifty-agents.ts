import type { TestApp } from './app.ts';

/** The ids of fifty agents that claim at the same time. */
export const agents = Array.from({ length: 50 }, (_, number) => `agent-${number}`);

/** The expected result of `holders` when each agent holds one task. */
export const everybodyHoldsOne = agents.map((agent) => ({ agent, assigned: agent })).toSorted(byAgent);

export function holders(app: Pick<TestApp, 'rows'>) {
  return app
    .rows(
      `SELECT session.agent_id AS agent, task.assigned_agent AS assigned
       FROM task_sessions session JOIN tasks task ON task.id = session.task_id
       WHERE session.ended_at IS NULL AND task.status = 'in_development'`,
    )
    .toSorted(byAgent);
}

/** The keys of the claimed tasks. A task that was claimed twice is included twice. */
export function handedOut(
  answers: readonly { __typename: string; task?: { key: string } | null }[],
): string[] {
  return answers.flatMap(({ task }) => (task ? [task.key] : [])).toSorted();
}

function byAgent(one: Record<string, unknown>, other: Record<string, unknown>): number {
  return String(one.agent) < String(other.agent) ? -1 : 1;
}
