import { describe, expect, it } from 'vitest';
import { ClaimTaskDocument, FinishTaskDocument } from '../../src/client/generated/graphql.ts';
import { createLoaders } from '../../src/graphql/loaders.ts';
import { sessionDetail } from '../../src/graphql/types/session.ts';
import { openReadStatements } from '../support/read-statements.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { createTask } from '../support/tasks.ts';

async function finishedSession(app: TestApp): Promise<void> {
  const taskKey = await createTask(app);
  await app.send(ClaimTaskDocument, { input: { taskKey, agentId: 'ada', agentType: 'developer' } });
  await app.send(FinishTaskDocument, { input: { taskKey, notes: 'done' } });
}

const details = { agentType: 'developer', notes: 'done' };

describe('the details of the sessions of a task', () => {
  it.each([
    ['nodes', 'nodes { agentType notes }', { nodes: [details] }],
    ['edges', 'edges { node { agentType notes } }', { edges: [{ node: details }] }],
    ['a fragment', '...f', { nodes: [details] }],
    [
      'an inline fragment',
      '... on TaskSessionConnection { nodes { agentType notes } }',
      { nodes: [details] },
    ],
    ['an alias', 'all: nodes { agentType notes }', { all: [details] }],
    ['two places', 'nodes { agentType } nodes { notes }', { nodes: [details] }],
  ])('are read with the sessions if they are selected in %s', async (_where, selection, sessions) => {
    await using app = await testApp();
    await finishedSession(app);
    const fragment = 'fragment f on TaskSessionConnection { nodes { agentType notes } }';
    const used = selection === '...f' ? fragment : '';
    app.statements.length = 0;
    const answer = await app.post(`{ tasks { nodes { sessions { ${selection} } } } } ${used}`);

    expect(answer).toEqual({ data: { tasks: { nodes: [{ sessions }] } } });
    expect(app.statements).toHaveLength(2);
  });

  it('are read later if a session was read without them', async () => {
    await using app = await testApp();
    await finishedSession(app);
    using read = openReadStatements(app.config.databaseFile);
    const loaders = createLoaders({
      read: read.statements,
      analyticsWorker: { run: () => Promise.reject(new Error('Not used')), close: async () => undefined },
    });
    const brief = {
      id: 1,
      taskId: 1,
      agentId: 'ada',
      phase: 'development',
      startedAt: '2026-01-11T10:00:00.000+00:00',
      endedAt: null,
      outcome: null,
      durationMinutes: null,
    };

    expect(await sessionDetail('notes')(brief, {}, { loaders })).toBe('done');
    expect(sessionDetail('notes')({ ...brief, notes: null }, {}, { loaders })).toBeNull();
    await expect(sessionDetail('notes')({ ...brief, id: 2 }, {}, { loaders })).rejects.toThrow(
      'Session 2 was deleted',
    );
  });
});
