import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SessionsDocument, SessionTurnedStaleDocument } from '../../../src/client/generated/graphql.ts';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';
import { claim, createTask } from '../../support/tasks.ts';

/** The query plans of the statements that select stale sessions. */
function plans(app: TestApp, statements: readonly string[]): string[] {
  return statements
    .filter((sql) => /^\s*SELECT/i.test(sql) && /ended_at\b.* IS NULL AND/i.test(sql))
    .flatMap((sql) => {
      const parameters = sql
        .split('?')
        .slice(1)
        .map(() => 1);
      return app.rows(`EXPLAIN QUERY PLAN ${sql}`, ...parameters).map(({ detail }) => String(detail));
    });
}

async function watch(app: TestApp, variables: Record<string, unknown>): Promise<void> {
  const response = await app.fetch('http://test/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: SessionTurnedStaleDocument.toString(), variables }),
  });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  // The first event arrives after the query.
  for (let text = ''; reader !== undefined && !text.includes('event: next'); ) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value);
  }
  await reader?.cancel();
}

it.each<[string, RegExp, (app: TestApp) => Promise<unknown>]>([
  [
    'the query for stale sessions',
    /INDEX idx_task_sessions_active_started_at /,
    (app) =>
      app.send(SessionsDocument, {
        filter: { active: true, staleAfter: '4h' },
        orderBy: { field: 'STARTED_AT', direction: 'ASC' },
      }),
  ],
  [
    'the query for stale sessions of an agent or a type',
    /INDEX idx_task_sessions_active_started_at /,
    (app) => app.send(SessionsDocument, { filter: { agent: 'backend', staleAfter: '4h' } }),
  ],
  [
    'the query for silent sessions',
    /INDEX idx_task_sessions_active_(started_at|last_sign_of_life_at) /,
    (app) => app.send(SessionsDocument, { filter: { silentFor: '10m' } }),
  ],
  [
    'the query for an age threshold',
    /INDEX idx_task_sessions_active_started_at /,
    (app) => watch(app, { staleAfter: '4h' }),
  ],
  [
    'the query for a silence threshold',
    /INDEX idx_task_sessions_active_(started_at|last_sign_of_life_at) /,
    (app) => watch(app, { staleAfter: '4h', silentFor: '10m' }),
  ],
  [
    'the query for thresholds of single statuses',
    /INDEX idx_task_sessions_active_(started_at|claimed_to) /,
    (app) => watch(app, {}),
  ],
])('%s reads a range of an index of active sessions and needs no sorting', async (_name, index, request) => {
  const workflowFile = join(temporaryFolder(), '.sharkconfig.json');
  const status_metadata = {
    ...defaultWorkflowFile.status_metadata,
    in_qa: { phase: 'qa', stale_after: '1h' },
    in_approval: { phase: 'approval', stale_after: '1h' },
  };
  writeFileSync(workflowFile, JSON.stringify({ ...defaultWorkflowFile, status_metadata }));
  const clock = manualClock();
  await using app = await testApp({ clock, config: { workflowFile } });
  await claim(app, await createTask(app));
  clock.advance(5 * 3_600_000);
  app.statements.length = 0;
  await request(app);

  const steps = plans(app, app.statements);

  const reads = steps.filter((step) => step.includes('task_sessions'));
  expect(reads).not.toHaveLength(0);
  for (const step of reads) expect(step).toMatch(index);
  expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'));
});
