import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { testApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import {
  abandonSession,
  abandonStaleSessions,
  blockTask,
  claimNextTask,
  claimTask,
  finishTask,
  heartbeatSession,
  nextTask,
  rejectTask,
  unblockTask,
} from '../../support/mutations.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';
import { claim, createTasks } from '../../support/tasks.ts';
import { unlimited } from '../../support/unlimited.ts';
import { queriesAround } from '../../support/whole-graph.ts';

const held = 'T-E01-F01-001';
const alsoHeld = 'T-E01-F01-002';
const waiting = 'T-E01-F01-003';
const blocked = 'T-E01-F01-004';

it('the server logs unknown statuses and their number of tasks at its start', async () => {
  await using app = await appWithoutStatuses();
  const warnings = app.logged.filter(({ level }) => level === 40);
  expect(warnings).toMatchObject([
    {
      statuses: [
        { status: 'in_development', tasks: 2 },
        { status: 'ready_for_code_review', tasks: 1 },
      ],
      msg: 'the workflow does not contain the status of some tasks, so agents cannot claim these tasks: in_development (2), ready_for_code_review (1); add the statuses to the workflow file, or move the tasks to another status',
    },
  ]);
});

it('the server logs nothing if the workflow has all statuses', async () => {
  await using app = await testApp();
  await createTasks(app, ['ready_for_development']);
  await using next = await testApp({ config: { databaseFile: app.config.databaseFile } });
  expect(next.logged.filter(({ level }) => level === 40)).toEqual([]);
});

it('every query returns tasks in unknown statuses', async () => {
  await using app = await appWithoutStatuses();
  const queries = queriesAround(held);
  for (const query of queries) expect(await app.post(query)).toEqual({ data: expect.any(Object) });
  expect((await app.post('{ tasks { totalCount nodes { key status phase } } }')).data).toMatchObject({
    tasks: { totalCount: 4, nodes: expect.arrayContaining([expect.objectContaining({ key: waiting })]) },
  });
  expect((await app.fetch('http://test/export/sessions.csv')).status).toBe(200);
});

it.each<[name: string, send: (app: Parameters<typeof claimTask>[0]) => Promise<object>]>([
  ['claimTask', (app) => claimTask(app, { taskKey: waiting, agentId: 'other' })],
  ['finishTask', (app) => finishTask(app, { taskKey: waiting })],
  [
    'finishTask with an active session',
    (app) => finishTask(app, { taskKey: held, sessionId: 'TaskSession:1' }),
  ],
  ['rejectTask', (app) => rejectTask(app, { taskKey: waiting, reason: 'no tests' })],
  [
    'rejectTask with an active session',
    (app) => rejectTask(app, { taskKey: held, reason: 'no', sessionId: 'TaskSession:1' }),
  ],
  ['blockTask', (app) => blockTask(app, { taskKey: waiting, reason: 'no power' })],
  ['blockTask with an active session', (app) => blockTask(app, { taskKey: held, reason: 'no power' })],
  ['unblockTask', (app) => unblockTask(app, waiting)],
])('%s is rejected for an unknown status with a suggestion, and changes nothing', async (_name, send) => {
  await using app = await appWithoutStatuses();
  const before = everyRow(app);
  expect(await send(app)).toMatchObject({
    __typename: 'InvalidTransitionError',
    suggestion: expect.stringMatching(/^The workflow has no status '.*'\. Add it to the workflow file, or/),
  });
  expect(everyRow(app)).toEqual(before);
});

it('tasks in unknown statuses cannot be claimed, but can be abandoned and unblocked', async () => {
  await using app = await appWithoutStatuses();
  expect(await nextTask(app)).toBeUndefined();
  expect(await claimNextTask(app, { agentId: 'other' })).toMatchObject({ task: null });
  expect(await heartbeatSession(app, 'TaskSession:1')).toMatchObject({
    __typename: 'HeartbeatSessionPayload',
  });
  expect(await abandonSession(app, { sessionId: 'TaskSession:1' })).toMatchObject({
    __typename: 'AbandonSessionPayload',
    task: { status: 'ready_for_development' },
  });
  expect(await abandonStaleSessions(app, { staleAfter: '4h' })).toMatchObject({
    __typename: 'AbandonStaleSessionsPayload',
  });
  expect(await unblockTask(app, blocked)).toMatchObject({ task: { status: 'ready_for_development' } });
  expect(app.rows('SELECT key, status FROM tasks WHERE key IN (?, ?) ORDER BY key', held, alsoHeld)).toEqual([
    { key: held, status: 'ready_for_development' },
    { key: alsoHeld, status: 'ready_for_development' },
  ]);
});

/** A server whose workflow no longer has the statuses of some tasks. Every session is stale. */
async function appWithoutStatuses() {
  const folder = temporaryFolder();
  const databaseFile = join(folder, 'shark.db');
  {
    await using app = await testApp({ config: { databaseFile } });
    await createTasks(app, [
      'ready_for_development',
      'ready_for_development',
      'ready_for_code_review',
      'in_development',
    ]);
    await claim(app, held);
    await claim(app, alsoHeld);
    await blockTask(app, { taskKey: blocked, reason: 'no power' });
  }
  const workflowFile = join(folder, '.sharkconfig.json');
  const renamed = JSON.stringify(defaultWorkflowFile)
    .replaceAll('"in_development"', '"in_coding"')
    .replaceAll('"ready_for_code_review"', '"ready_for_checks"');
  writeFileSync(workflowFile, renamed);
  return testApp({
    clock: manualClock('2026-01-11T15:00:00.000Z'),
    config: { databaseFile, workflowFile, limits: unlimited },
  });
}
