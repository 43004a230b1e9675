import { describe, expect, it } from 'vitest';
import { expectType, type TestClient } from '../../support/app.ts';
import {
  blockTask,
  claimNextTask,
  claimTask,
  finishTask,
  heartbeatSession,
  rejectTask,
} from '../../support/mutations.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';
import { claim, createTask } from '../../support/tasks.ts';
import { type GuardedApp, guardedApp, tokens } from '../../support/tokens.ts';

/** A task with an active session, and the agent's token, which is for `backend` and `backend-2`. */
async function workOf(app: GuardedApp, agentId: string) {
  const orchestrator = app.as(tokens.orchestrator);
  const taskKey = await createTask(orchestrator);
  const { id: sessionId } = await claim(orchestrator, taskKey, agentId);
  return { orchestrator, agent: app.as(tokens.agent), taskKey, sessionId };
}

/** The mutation returns an error instead of data, and changes nothing. */
async function expectForbidden(
  app: GuardedApp,
  client: TestClient,
  mutation: string,
  input: Record<string, unknown>,
  message: string,
) {
  const contents = () =>
    app
      .rows('SELECT * FROM tasks')
      .concat(
        app.rows('SELECT * FROM task_history'),
        app.config.migrate ? app.rows('SELECT * FROM task_sessions') : [],
      );
  const before = contents();
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { errors } = await client.post(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`,
    { input },
  );
  expect(errors).toMatchObject([{ message, path: [mutation], extensions: { code: 'FORBIDDEN' } }]);
  expect(contents()).toEqual(before);
}

const notYours = (taskKey: string) =>
  `'backend-team' may not do this for task ${taskKey}: it is the work of agent 'qa', and this token is for the work of 'backend', 'backend-2'. Claim the task first, or use the token of an orchestrator. Nothing was changed`;

describe('an agent token', () => {
  it.each([
    ['finishTask', {}],
    ['rejectTask', { reason: 'not good' }],
    ['blockTask', { reason: 'waits' }],
  ])('cannot %s the session of another agent, with or without a session id', async (mutation, more) => {
    await using app = await guardedApp();
    const { agent, taskKey, sessionId } = await workOf(app, 'qa');
    await expectForbidden(app, agent, mutation, { taskKey, ...more }, notYours(taskKey));
    await expectForbidden(app, agent, mutation, { taskKey, sessionId, ...more }, notYours(taskKey));
  });

  it('cannot send a heartbeat for another agent', async () => {
    await using app = await guardedApp();
    const { agent, taskKey, sessionId } = await workOf(app, 'qa');
    await expectForbidden(app, agent, 'heartbeatSession', { sessionId }, notYours(taskKey));
  });

  it('cannot abandon sessions, not even its own', async () => {
    await using app = await guardedApp();
    const { agent, sessionId } = await workOf(app, 'backend');
    await expectForbidden(
      app,
      agent,
      'abandonSession',
      { sessionId },
      "'backend-team' may not call abandonSession: the role agent does not allow it. Nothing was changed. Use a token with a higher role, or ask the operator to create one",
    );
  });

  it('cannot claim for another agent, with claimTask or claimNextTask', async () => {
    await using app = await guardedApp();
    const taskKey = await createTask(app.as(tokens.orchestrator));
    const agent = app.as(tokens.agent);
    const message =
      "'backend-team' may not claim work for agent 'qa', only for 'backend', 'backend-2'. Claim for one of these agents, or use the token of an orchestrator. Nothing was changed";
    await expectForbidden(app, agent, 'claimTask', { taskKey, agentId: 'qa' }, message);
    await expectForbidden(app, agent, 'claimNextTask', { agentId: 'qa' }, message);
    // The response stored for an idempotency key is not returned to other agents either.
    await claimTask(app.as(tokens.orchestrator), { taskKey, agentId: 'qa', idempotencyKey: 'once' });
    await expectForbidden(
      app,
      agent,
      'claimTask',
      { taskKey, agentId: 'qa', idempotencyKey: 'once' },
      message,
    );
  });

  it('cannot repeat the close of another agent to get its response', async () => {
    await using app = await guardedApp();
    const { orchestrator, agent, taskKey, sessionId } = await workOf(app, 'qa');
    expectType(await finishTask(orchestrator, { taskKey, sessionId }), 'FinishTaskPayload');
    await expectForbidden(app, agent, 'finishTask', { taskKey, sessionId }, notYours(taskKey));
  });

  it('cannot move a task without an active session', async () => {
    await using app = await guardedApp();
    const taskKey = await createTask(app.as(tokens.orchestrator), 'draft');
    await expectForbidden(
      app,
      app.as(tokens.agent),
      'finishTask',
      { taskKey },
      `'backend-team' may not do this for task ${taskKey}: no agent works on it, and this token is for the work of 'backend', 'backend-2'. Claim the task first, or use the token of an orchestrator. Nothing was changed`,
    );
  });

  it('can do everything with its own sessions except abandon them', async () => {
    await using app = await guardedApp();
    const orchestrator = app.as(tokens.orchestrator);
    const agent = app.as(tokens.agent);
    const taskKey = await createTask(orchestrator);
    const claimed = expectType(await claimTask(agent, { taskKey, agentId: 'backend-2' }), 'ClaimTaskPayload');
    const sessionId = claimed.session?.id ?? '';
    expectType(await heartbeatSession(agent, sessionId), 'HeartbeatSessionPayload');
    expectType(await finishTask(agent, { taskKey, sessionId }), 'FinishTaskPayload');
    const other = await createTask(orchestrator);
    expectType(await claimTask(agent, { taskKey: other, agentId: 'backend' }), 'ClaimTaskPayload');
    expectType(await blockTask(agent, { taskKey: other, reason: 'waits' }), 'BlockTaskPayload');
    const next = expectType(await claimNextTask(agent, { agentId: 'backend' }), 'ClaimNextTaskPayload');
    expect(next.task?.key).toBe(taskKey);
    expectType(await rejectTask(agent, { taskKey, reason: 'not good' }), 'RejectTaskPayload');
  });

  it('can read who holds the task after its own session was abandoned', async () => {
    await using app = await guardedApp();
    const { orchestrator, agent, taskKey, sessionId } = await workOf(app, 'backend');
    await orchestrator.post(
      'mutation ($id: ID!) { abandonSession(input: { sessionId: $id }) { __typename } }',
      {
        id: sessionId,
      },
    );
    await claim(orchestrator, taskKey, 'qa');
    const refused = expectType(await finishTask(agent, { taskKey, sessionId }), 'SessionNotActiveError');
    expect(refused.activeSession?.agentId).toBe('qa');
  });

  it('cannot take over the work of another agent in a database without sessions', async () => {
    await using app = await guardedApp({
      config: { databaseFile: createSharkDatabase('recent'), migrate: false },
    });
    const orchestrator = app.as(tokens.orchestrator);
    const agent = app.as(tokens.agent);
    const taskKey = await createTask(orchestrator);
    const claimed = async (client: TestClient, agentId: string) =>
      expectType(await claimTask(client, { taskKey, agentId }), 'ClaimTaskPayload').session;
    expect(await claimed(orchestrator, 'qa')).toBeNull();
    await expectForbidden(
      app,
      agent,
      'claimTask',
      { taskKey, agentId: 'backend' },
      `'backend-team' may not claim task ${taskKey}: agent 'qa' may still be working on it. Claim another task, or use the token of an orchestrator. Nothing was changed`,
    );
    expect(await claimed(orchestrator, 'backend')).toBeNull();
    expect(await claimed(agent, 'backend-2')).toBeNull();
  });

  it('can end work that another program assigned to its agent without a session', async () => {
    await using app = await guardedApp();
    const taskKey = await createTask(app.as(tokens.orchestrator), 'in_development');
    app.change("UPDATE tasks SET assigned_agent = 'backend'");
    expectType(await finishTask(app.as(tokens.agent), { taskKey }), 'FinishTaskPayload');
  });
});

it('an orchestrator token can act for every agent', async () => {
  await using app = await guardedApp();
  const { orchestrator, taskKey, sessionId } = await workOf(app, 'qa');
  expectType(await heartbeatSession(orchestrator, sessionId), 'HeartbeatSessionPayload');
  expectType(await finishTask(orchestrator, { taskKey, sessionId }), 'FinishTaskPayload');
});
