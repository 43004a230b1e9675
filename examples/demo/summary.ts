import type { Client } from '../../src/client/client.ts';
import { TaskStoryDocument } from '../../src/client/generated/graphql.ts';
import type { Output } from './output.ts';

/** Prints the tasks and their recorded sessions. */
export async function summarize(
  client: Client,
  { heading, table }: Output,
  taskKeys: readonly string[],
): Promise<void> {
  const answers = await Promise.all(taskKeys.map((key) => client.send(TaskStoryDocument, { key })));
  const tasks = answers.flatMap(({ task }) => (task === null ? [] : [task]));

  heading('The tasks');
  table(
    ['task', 'title', 'status', 'sessions', 'time worked'],
    tasks.map(({ key, title, status, sessionSummary }) => [
      key,
      title,
      status,
      sessionSummary.count,
      seconds(sessionSummary.totalMinutes),
    ]),
  );

  heading('The recorded sessions');
  table(
    ['task', 'phase', 'agent', 'time', 'outcome', 'notes'],
    tasks.flatMap(({ key, sessions }) =>
      sessions.nodes
        .toReversed()
        .map(({ phase, agentId, durationMinutes, outcome, notes }, index) => [
          index === 0 ? key : '',
          phase,
          agentId,
          seconds(durationMinutes ?? 0),
          outcome?.toLowerCase() ?? 'active',
          notes ?? '',
        ]),
    ),
  );

  heading(
    'Try it with your own tasks',
    'Run npm start and open http://127.0.0.1:4000/graphql. The orchestrator is examples/orchestrator.ts.',
  );
}

function seconds(minutes: number): string {
  return `${(minutes * 60).toFixed(1)} s`.padStart(6);
}
