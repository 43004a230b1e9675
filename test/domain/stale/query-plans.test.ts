import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SessionsDocument, SessionTurnedStaleDocument } from '../../../src/client/generated/graphql.ts';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';
import { claim, createTask } from '../../support/tasks.ts';

/** How SQLite goes about the statements that look for stale sessions, in its own words. */
function plans(app: TestApp, statements: readonly string[]): string[] {
  return statements
    .filter((sql) => /^\s*SELECT/.test(sql) && /ended_at\b.* IS NULL AND/.test(sql))
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
  // With the first event, the line was looked along.
  for (let text = ''; reader !== undefined && !text.includes('event: next'); ) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value);
  }
  await reader?.cancel();
}

it.each<[string, RegExp, (app: TestApp) => Promise<unknown>]>([
  [
    'what is stale, asked once',
    /INDEX idx_task_sessions_active_started_at /,
    (app) =>
      app.send(SessionsDocument, {
        filter: { active: true, staleAfter: '4h' },
        orderBy: { field: 'STARTED_AT', direction: 'ASC' },
      }),
  ],
  [
    'what is stale of an agent or a type, asked once',
    /INDEX idx_task_sessions_active_started_at /,
    (app) => app.send(SessionsDocument, { filter: { agent: 'backend', staleAfter: '4h' } }),
  ],
  [
    'who crosses the line of age',
    /INDEX idx_task_sessions_active_started_at /,
    (app) => watch(app, { staleAfter: '4h' }),
  ],
  [
    'who crosses the line of silence',
    /INDEX idx_task_sessions_active_(started_at|last_sign_of_life_at) /,
    (app) => watch(app, { staleAfter: '4h', silentFor: '10m' }),
  ],
  [
    'who crosses a line of certain statuses',
    /INDEX idx_task_sessions_active_(started_at|claimed_to) /,
    (app) => watch(app, {}),
  ],
])('%s, is a range of an index of open sessions and needs no sorting', async (_name, index, request) => {
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

  const looks = steps.filter((step) => step.includes('task_sessions'));
  expect(looks).not.toHaveLength(0);
  for (const step of looks) expect(step).toMatch(index);
  expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'));
});
