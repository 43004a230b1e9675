import type { Client } from '../../src/client/client.ts';
import { TaskStoryDocument } from '../../src/client/generated/graphql.ts';
import type { Narrator } from './narrator.ts';

/** What the database knows of the last seconds: nobody had to write any of it down. */
export async function summarize(
  client: Client,
  { heading, table }: Narrator,
  taskKeys: readonly string[],
): Promise<void> {
  const answers = await Promise.all(taskKeys.map((key) => client.send(TaskStoryDocument, { key })));
  const tasks = answers.flatMap(({ task }) => (task === null ? [] : [task]));

  heading('What became of the tasks');
  table(
    ['task', 'title', 'status', 'sessions', 'time at work'],
    tasks.map(({ key, title, status, sessionSummary }) => [
      key,
      title,
      status,
      sessionSummary.count,
      seconds(sessionSummary.totalMinutes),
    ]),
  );

  heading('Every session, as it was recorded');
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
    'Now with your own tasks',
    'npm start, then open http://127.0.0.1:4000/graphql. The orchestrator is examples/orchestrator.ts.',
  );
}

function seconds(minutes: number): string {
  return `${(minutes * 60).toFixed(1)} s`.padStart(6);
}
