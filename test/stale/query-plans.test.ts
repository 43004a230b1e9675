import { expect, it } from 'vitest';
import { SessionsDocument, SessionTurnedStaleDocument } from '../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { claim, createTask } from '../support/tasks.ts';

/** How SQLite goes about the statements that read sessions, in its own words. */
function plans(app: TestApp, statements: readonly string[]): string[] {
  return statements
    .filter((sql) => sql.startsWith('SELECT') && sql.includes('`task_sessions`.`started_at` '))
    .flatMap((sql) => {
      const parameters = sql
        .split('?')
        .slice(1)
        .map(() => 1);
      return app.rows(`EXPLAIN QUERY PLAN ${sql}`, ...parameters).map(({ detail }) => String(detail));
    });
}

const inOrderOfDeadlines = /USING (COVERING )?INDEX idx_task_sessions_active_started_at/;

it.each<[string, (app: TestApp) => Promise<unknown>]>([
  [
    'what is stale, asked once',
    (app) =>
      app.send(SessionsDocument, {
        filter: { active: true, staleAfter: '4h' },
        orderBy: { field: 'STARTED_AT', direction: 'ASC' },
      }),
  ],
  [
    'what turned stale, and what does next',
    async (app) => {
      const response = await app.fetch('http://test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({
          query: SessionTurnedStaleDocument.toString(),
          variables: { staleAfter: '4h', after: Buffer.from('stale:0:1').toString('base64url') },
        }),
      });
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
    },
  ],
])('%s, is a range of the index of open sessions and needs no sorting', async (_name, request) => {
  await using app = await testApp();
  await claim(app, await createTask(app));
  app.statements.length = 0;
  await request(app);

  const steps = plans(app, app.statements);

  expect(steps.filter((step) => step.includes('task_sessions'))).not.toHaveLength(0);
  for (const step of steps.filter((detail) => detail.includes('task_sessions')))
    expect(step).toMatch(inOrderOfDeadlines);
  expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'));
});
