import { describe, expect, it } from 'vitest';
import { createInProcessClient } from '../../../src/cli/connection/in-process-client.ts';
import { ClaimTaskDocument } from '../../../src/client/generated/graphql.ts';
import { createLog } from '../../../src/shared/log.ts';
import { sha256Of } from '../../../src/server/auth/tokens.ts';
import { expectType, testApp, type TestApp } from '../../support/app.ts';
import { createEarlierDatabase } from '../../support/earlier-database.ts';
import { identityProvider } from '../../support/identity-provider.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { claimNextTask, claimTask } from '../../support/mutations.ts';
import { eventually } from '../../support/received.ts';
import { createTask, createTasks } from '../../support/tasks.ts';
import { entries, guardedApp, tokens } from '../../support/tokens.ts';

const idempotencyKey = 'job-42';

function keysOf(app: TestApp): unknown[] {
  return app.rows('SELECT client_id, session_id FROM idempotency_keys ORDER BY session_id');
}

/** Two clients of an app, and two tasks for them. */
async function clientsOf(app: TestApp) {
  const orchestrator = app.as(tokens.orchestrator);
  const [one = '', two = ''] = await createTasks(orchestrator, [
    'ready_for_development',
    'ready_for_development',
  ]);
  return { orchestrator, agent: app.as(tokens.agent), one, two };
}

describe('two clients with the same idempotency key', () => {
  it('make two claims, and each gets its own first response again', async () => {
    await using app = await guardedApp();
    const { orchestrator, agent, one, two } = await clientsOf(app);
    const first = { taskKey: one, agentId: 'qa', idempotencyKey };
    const second = { taskKey: two, agentId: 'backend', idempotencyKey };

    expect(await claimTask(orchestrator, first)).toMatchObject({ task: { key: one }, repeated: false });
    expect(await claimTask(agent, second)).toMatchObject({ task: { key: two }, repeated: false });
    expect(await claimTask(orchestrator, first)).toMatchObject({ task: { key: one }, repeated: true });
    expect(await claimTask(agent, second)).toMatchObject({ task: { key: two }, repeated: true });
    expect(keysOf(app)).toEqual([
      { client_id: 'token "conductor"', session_id: 1 },
      { client_id: 'token "backend-team"', session_id: 2 },
    ]);
  });

  it('do not get the response of each other, even to the same claim', async () => {
    await using app = await guardedApp();
    const orchestrator = app.as(tokens.orchestrator);
    await createTasks(orchestrator, ['ready_for_development', 'ready_for_development']);
    const input = { agentId: 'backend', idempotencyKey };

    expect(await claimNextTask(orchestrator, input)).toMatchObject({ session: { id: 'TaskSession:1' } });
    expect(await claimNextTask(app.as(tokens.agent), input)).toMatchObject({
      session: { id: 'TaskSession:2' },
      repeated: false,
    });
  });

  it('are each told only of their own different claim', async () => {
    await using app = await guardedApp();
    const { orchestrator, agent, one, two } = await clientsOf(app);
    await claimTask(orchestrator, { taskKey: one, agentId: 'qa', idempotencyKey });
    await claimTask(agent, { taskKey: two, agentId: 'backend', idempotencyKey });

    expect(
      expectType(
        await claimTask(agent, { taskKey: two, agentId: 'backend-2', idempotencyKey }),
        'IdempotencyKeyReusedError',
      ).message,
    ).toBe(
      "The idempotency key 'job-42' was used for claimTask with agentId 'backend', and now for a claim with agentId 'backend-2'",
    );
  });
});

describe('a client with a new token gets its first response again', () => {
  it('with another JSON Web Token of the same subject', async () => {
    using provider = await identityProvider();
    await using app = await testApp({
      config: { authentication: { tokensFile: undefined, jsonWebTokens: provider.settings } },
    });
    const clientOf = async (subject: string) => app.as(await provider.tokenFor(subject, 'orchestrator'));
    const taskKey = await createTask(await clientOf('maria'));
    const input = { taskKey, agentId: 'backend', idempotencyKey };

    expect(await claimTask(await clientOf('maria'), input)).toMatchObject({ repeated: false });
    expect(await claimTask(await clientOf('maria'), input)).toMatchObject({ repeated: true });
    expect(await claimTask(await clientOf('paul'), input)).toMatchObject({
      __typename: 'TaskAlreadyClaimedError',
    });
  });

  it('with a new token in the token file under the same name', async () => {
    const clock = manualClock();
    await using app = await guardedApp({ clock });
    const taskKey = await createTask(app.as(tokens.orchestrator));
    const input = { taskKey, agentId: 'backend', idempotencyKey };
    expect(await claimTask(app.as(tokens.agent), input)).toMatchObject({ repeated: false });

    app.replaceTokens([{ ...entries.agent, sha256: sha256Of('shark_new') }]);
    await eventually('the file is read', () => {
      clock.advance(1_000);
      return app.logged.some(({ msg }) => msg === 'the token file was read again after a change');
    });
    expect(await claimTask(app.as('shark_new'), input)).toMatchObject({ repeated: true });
  });
});

it('clients without tokens are one client, with commands on the database file', async () => {
  const clock = manualClock();
  await using app = await testApp({ clock });
  const taskKey = await createTask(app);
  const input = { taskKey, agentId: 'backend', idempotencyKey };
  expect(await claimTask(app, input)).toMatchObject({ repeated: false });

  const command = await createInProcessClient(app.config, {
    clock,
    mayCreateTables: false,
    log: createLog('silent'),
    onBackup() {},
  });
  const { claimTask: again } = await command.send(ClaimTaskDocument, { input });
  await command.close();
  expect(again).toMatchObject({ repeated: true });
  expect(keysOf(app)).toEqual([{ client_id: 'anybody', session_id: 1 }]);
});

describe('a key that an earlier version stored', () => {
  const time = '2026-01-11T09:00:00.000+00:00';
  const earlier = `
    INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'Epic', 'active', 'high');
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'Feature', 'active');
    INSERT INTO tasks (id, feature_id, key, title, status) VALUES
      (1, 1, 'T-E01-F01-001', 'One', 'in_development'), (2, 1, 'T-E01-F01-002', 'Two', 'ready_for_development');
    INSERT INTO task_sessions (id, task_id, agent_id, phase, claimed_from, claimed_to, started_at)
      VALUES (7, 1, 'backend', 'development', 'ready_for_development', 'in_development', '${time}');
    INSERT INTO idempotency_keys (key, request, session_id, warnings, created_at) VALUES ('${idempotencyKey}',
      '{"operation":"claimTask","input":{"agentId":"backend","agentType":null,"taskKey":"T-E01-F01-001"}}',
      7, '["late"]', '${time}');`;
  const databaseFile = async () =>
    createEarlierDatabase('20261201110000_idempotency_keys_of_clients', earlier);
  const same = { taskKey: 'T-E01-F01-001', agentId: 'backend', idempotencyKey };
  const different = { taskKey: 'T-E01-F01-002', agentId: 'backend', idempotencyKey };
  const firstResponse = {
    __typename: 'ClaimTaskPayload',
    session: { id: 'TaskSession:7' },
    repeated: true,
    warnings: ['late'],
  };

  it('gives the first response to every client that may make the same claim', async () => {
    await using app = await guardedApp({ config: { databaseFile: await databaseFile() } });
    for (const token of [tokens.agent, tokens.orchestrator])
      expect(await claimTask(app.as(token), same)).toMatchObject(firstResponse);
  });

  it('does not prevent a different claim of a client with a token', async () => {
    await using app = await guardedApp({ config: { databaseFile: await databaseFile() } });
    const [agent, orchestrator] = [app.as(tokens.agent), app.as(tokens.orchestrator)];
    expect(await claimTask(agent, different)).toMatchObject({
      task: { key: 'T-E01-F01-002' },
      repeated: false,
    });
    expect(await claimTask(agent, different)).toMatchObject({
      task: { key: 'T-E01-F01-002' },
      repeated: true,
    });
    expect(await claimTask(orchestrator, same)).toMatchObject(firstResponse);
  });

  it('gives the first response without tokens, and rejects a different claim', async () => {
    await using app = await testApp({ config: { databaseFile: await databaseFile() } });
    expect(await claimTask(app, same)).toMatchObject(firstResponse);
    expect(await claimTask(app, different)).toMatchObject({ __typename: 'IdempotencyKeyReusedError' });
  });
});
