import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runOrchestrator } from '../../examples/orchestrator.ts';
import { createClient } from '../../src/client/client.ts';
import {
  FinishTaskDocument,
  SessionsDocument,
  type SessionsQuery,
} from '../../src/client/generated/graphql.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { claim, createTasks } from '../support/tasks.ts';
import { breakingProxy } from './breaking-proxy.ts';

const thresholdMs = 1_000;
const deadline = { timeout: 15_000, interval: 20 };

describe('the example orchestrator', () => {
  it('reassigns sessions that became stale before it started, while it was connected, and while the server was down', async () => {
    await using first = await testApp({ clock: systemClock });
    await first.start();
    const [before = '', during = '', away = ''] = await createTasks(
      first,
      Array<string>(3).fill('ready_for_development'),
    );
    await claim(first, before, 'dies-before');
    await becomesStale(first, before);

    const orchestrator = startOrchestrator(first);
    await reassigned(first, before);
    await claim(first, during, 'dies-during');
    await reassigned(first, during);

    await claim(first, away, 'dies-away');
    await first.stop();
    await becomesStale(first, away);
    await vi.waitUntil(() => orchestrator.log.some((line) => line.startsWith('no connection')), deadline);

    const { port } = new URL(orchestrator.url);
    await using second = await testApp({
      clock: systemClock,
      config: { databaseFile: first.config.databaseFile, port: Number(port) },
    });
    await second.start();
    await reassigned(second, away);

    expect(await orchestrator.stop()).toBe('ended');
    expect(orchestrator.started.map(({ taskKey, agentId }) => [taskKey, agentId])).toEqual([
      [before, 'heir-of-dies-before'],
      [during, 'heir-of-dies-during'],
      [away, 'heir-of-dies-away'],
    ]);
    for (const taskKey of [before, during, away]) expect(await sessionsOf(second, taskKey)).toHaveLength(2);
  });

  it('does not touch a session that was finished in time', async () => {
    await using app = await testApp({ clock: systemClock });
    await app.start();
    const [prompt = '', dead = ''] = await createTasks(app, Array<string>(2).fill('ready_for_development'));
    const orchestrator = startOrchestrator(app);

    const session = await claim(app, prompt, 'prompt');
    await app.send(FinishTaskDocument, { input: { taskKey: prompt, sessionId: session.id } });
    await claim(app, dead, 'dead');
    // It is claimed later, so when it is reassigned, the threshold of the other session has passed as well.
    await reassigned(app, dead);

    expect(await orchestrator.stop()).toBe('ended');
    expect(await sessionsOf(app, prompt)).toMatchObject([{ agentId: 'prompt', outcome: 'COMPLETED' }]);
    expect(orchestrator.started.map(({ taskKey }) => taskKey)).toEqual([dead]);
  });

  it.each(['mutation AbandonSession', 'mutation ClaimTask'])(
    'reassigns exactly once when all connections break before the response to %s',
    async (marker) => {
      await using app = await testApp({ clock: systemClock });
      await app.start();
      const [taskKey = ''] = await createTasks(app, ['ready_for_development']);
      await claim(app, taskKey, 'dead');
      const proxy = await breakingProxy(app.url, marker);

      const orchestrator = startOrchestrator({ url: proxy.url });
      await reassigned(app, taskKey);

      expect(proxy.breaks).toBe(1);
      await vi.waitFor(() => expect(orchestrator.log.filter(isConnected)).toHaveLength(2), deadline);
      expect(await orchestrator.stop()).toBe('ended');
      expect(orchestrator.started).toEqual([{ taskKey, agentId: 'heir-of-dead' }]);
    },
  );

  it('continues after a server error in every kind of statement', async () => {
    const failed: string[] = [];
    let isFailing = false;
    await using app = await testApp({
      clock: systemClock,
      onStatement(sql) {
        const kind = sql.trimStart().split(/\s/)[0]?.toLowerCase() ?? '';
        if (!isFailing || !sql.includes('task_sessions') || failed.includes(kind)) return;
        failed.push(kind);
        throw new Error('disk I/O error');
      },
    });
    await app.start();
    const [taskKey = ''] = await createTasks(app, ['ready_for_development']);
    await claim(app, taskKey, 'dead');

    isFailing = true;
    const orchestrator = startOrchestrator(app);
    await reassigned(app, taskKey);

    expect(failed).toEqual(['select', 'update', 'insert']);
    expect(await orchestrator.stop()).toBe('ended');
    expect(orchestrator.started).toEqual([{ taskKey, agentId: 'heir-of-dead' }]);
  });

  it('skips a session for which the server always fails, and continues with the next', async () => {
    await using app = await testApp({ clock: systemClock });
    await app.start();
    const [failing = '', after = ''] = await createTasks(app, Array<string>(2).fill('ready_for_development'));
    app.change(`
      CREATE TRIGGER fail_on_close BEFORE UPDATE OF ended_at ON task_sessions WHEN OLD.agent_id = 'failing'
      BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`);
    await claim(app, failing, 'failing');
    await claim(app, after, 'dead');

    const orchestrator = startOrchestrator(app);
    await reassigned(app, after);

    expect(await orchestrator.stop()).toBe('ended');
    expect(orchestrator.log.filter((line) => line.endsWith('Trying again.'))).toHaveLength(4);
    expect(orchestrator.log).toContainEqual(
      expect.stringContaining(`${failing}  skipped after 5 server errors`),
    );
    expect(orchestrator.started.map(({ taskKey }) => taskKey)).toEqual([after]);
    // The session is still open, so the next orchestrator receives it again.
    expect(await sessionsOf(app, failing)).toMatchObject([{ agentId: 'failing', outcome: null }]);
    app.change('DROP TRIGGER fail_on_close');
    startOrchestrator(app);
    await reassigned(app, failing);
  });

  it('throws the error of the server for an invalid threshold', async () => {
    await using app = await testApp({ clock: systemClock });
    await app.start();

    const { outcome } = startOrchestrator(app, 'four hours');

    expect(await outcome).toMatchObject({
      message: expect.stringContaining("'four hours' is not a duration"),
    });
  });
});

const isConnected = (line: string) => line.startsWith('connected');

/** The next agent is called `heir-of-` and the name of the previous one, and finishes immediately. */
function startOrchestrator({ url }: { url: string }, staleAfter = `${thresholdMs / 1_000}s`) {
  const client = createClient({ url });
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const started: { taskKey: string; agentId: string }[] = [];
  const log: string[] = [];
  const outcome = runOrchestrator({
    url,
    staleAfter,
    agentFor: ({ agentId }) => ({ agentId: `heir-of-${agentId}` }),
    startAgent: ({ agentId }, taskKey, sessionId) => {
      started.push({ taskKey, agentId });
      void client.send(FinishTaskDocument, { input: { taskKey, sessionId } });
    },
    log: (line) => log.push(line),
    signal: ended.signal,
    firstRetryDelayMs: 10,
  }).then(
    () => 'ended' as const,
    (error: unknown) => error,
  );
  return {
    url,
    started,
    log,
    outcome,
    stop() {
      ended.abort();
      return outcome;
    },
  };
}

async function sessionsOf(app: TestApp, taskKey: string): Promise<SessionsQuery['sessions']['nodes']> {
  const { sessions } = await app.send(SessionsDocument, { filter: { taskKey } });
  return sessions.nodes;
}

/** Waits until the dead agent's session is abandoned and the session of its heir is finished. */
async function reassigned(app: TestApp, taskKey: string): Promise<void> {
  await vi.waitFor(
    async () =>
      expect(await sessionsOf(app, taskKey)).toMatchObject([
        { agentId: expect.stringMatching(/^heir-of-/), outcome: 'COMPLETED' },
        { outcome: 'ABANDONED', notes: 'stale session' },
      ]),
    deadline,
  );
}

/** Waits until the threshold of the open session of the task has passed. The server need not be running. */
async function becomesStale(app: TestApp, taskKey: string): Promise<void> {
  const [open] = app.rows(
    `SELECT session.started_at FROM task_sessions session JOIN tasks task ON task.id = session.task_id
     WHERE task.key = ? AND session.ended_at IS NULL`,
    taskKey,
  );
  const staleAt = Date.parse(String(open?.started_at)) + thresholdMs;
  await vi.waitUntil(() => Date.now() > staleAt, deadline);
}
