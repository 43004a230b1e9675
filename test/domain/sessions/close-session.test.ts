import { expect, it } from 'vitest';
import { unrestrictedPrincipal } from '../../../src/domain/principal.ts';
import { openDatabase } from '../../../src/db/sqlite/open-database.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { closeSession } from '../../../src/domain/sessions/close-session.ts';
import { findSession } from '../../../src/domain/sessions/find.ts';
import { loadWorkflow } from '../../../src/domain/workflow/load.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { abandonSession } from '../../support/mutations.ts';
import { claim, createTask } from '../../support/tasks.ts';

const closing = {
  outcome: 'completed',
  notes: 'late',
  closedFrom: 'in_development',
  closedTo: 'ready_for_code_review',
} as const;

/** Runs an internal operation on the database of an app. */
async function onDatabaseOf<Result>(app: TestApp, run: (operation: Operation) => Promise<Result>) {
  const clock = manualClock('2026-01-11T12:00:00.000Z');
  const { workflow } = await loadWorkflow(app.config.workflowFile, 'use-built-in');
  const database = await openDatabase({
    file: app.config.databaseFile,
    prepare: () => {},
    clock,
    onError: () => {},
  });
  try {
    const { tables } = database;
    return await database.write((tx) =>
      run({ tx, tables, workflow, now: clock.now(), actor: unrestrictedPrincipal }),
    );
  } finally {
    await database.close();
  }
}

async function readSession(app: TestApp) {
  const session = await onDatabaseOf(app, (operation) => findSession(operation, 1));
  if (session === null) throw new Error('There is no session');
  return session;
}

it('closeSession rejects a session that was closed after the read, and returns its outcome and the current agent', async () => {
  await using app = await testApp();
  const taskKey = await createTask(app);
  await claim(app, taskKey, 'lost');
  const read = await readSession(app);
  await abandonSession(app, { sessionId: 'TaskSession:1' });
  const closed = () => onDatabaseOf(app, (operation) => closeSession(operation, read, closing));
  const before = everyRow(app);

  await expect(closed()).rejects.toMatchObject({
    name: 'SessionNotActiveError',
    message: 'Session 1 is no longer active: it was abandoned at 2026-01-11 10:00:00',
    suggestion: 'No agent holds the task now. To continue, claim it again with claimTask',
    parameters: { closedSession: { id: 1, outcome: 'abandoned' }, activeSession: null },
  });
  expect(everyRow(app)).toEqual(before);

  await claim(app, taskKey, 'successor');
  const later = everyRow(app);
  await expect(closed()).rejects.toMatchObject({
    name: 'SessionNotActiveError',
    suggestion:
      "Agent 'successor' has been working on the task since 2026-01-11 10:00:00. Stop your work on the task",
    parameters: {
      closedSession: { id: 1, agentId: 'lost', outcome: 'abandoned' },
      activeSession: { id: 2, agentId: 'successor' },
    },
  });
  expect(everyRow(app)).toEqual(later);
});

it('closeSession rejects a session that was deleted after the read', async () => {
  await using app = await testApp();
  await claim(app, await createTask(app));
  const read = await readSession(app);
  app.change('DELETE FROM tasks');

  await expect(
    onDatabaseOf(app, (operation) => closeSession(operation, read, closing)),
  ).rejects.toMatchObject({
    name: 'SessionNotFoundError',
    message: 'There is no session 1',
  });
});
