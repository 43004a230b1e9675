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
  it('hands on what turned stale before it came, while it watched, and while the server was away', async () => {
    await using first = await testApp({ clock: systemClock });
    await first.start();
    const [before = '', during = '', away = ''] = await createTasks(
      first,
      Array<string>(3).fill('ready_for_development'),
    );
    await claim(first, before, 'dies-before');
    await turnsStale(first, before);

    const orchestrator = startOrchestrator(first);
    await handedOn(first, before);
    await claim(first, during, 'dies-during');
    await handedOn(first, during);

    await claim(first, away, 'dies-away');
    await first.stop();
    await turnsStale(first, away);
    await vi.waitUntil(() => orchestrator.log.some((line) => line.startsWith('no connection')), deadline);

    const { port } = new URL(orchestrator.url);
    await using second = await testApp({
      clock: systemClock,
      config: { databaseFile: first.config.databaseFile, port: Number(port) },
    });
    await second.start();
    await handedOn(second, away);

    expect(await orchestrator.stop()).toBe('ended');
    expect(orchestrator.started.map(({ taskKey, agentId }) => [taskKey, agentId])).toEqual([
      [before, 'heir-of-dies-before'],
      [during, 'heir-of-dies-during'],
      [away, 'heir-of-dies-away'],
    ]);
    for (const taskKey of [before, during, away]) expect(await sessionsOf(second, taskKey)).toHaveLength(2);
  });

  it('leaves alone what was finished in time', async () => {
    await using app = await testApp({ clock: systemClock });
    await app.start();
    const [prompt = '', dead = ''] = await createTasks(app, Array<string>(2).fill('ready_for_development'));
    const orchestrator = startOrchestrator(app);

    const session = await claim(app, prompt, 'prompt');
    await app.send(FinishTaskDocument, { input: { taskKey: prompt, sessionId: session.id } });
    await claim(app, dead, 'dead');
    // Claimed later, so it turns stale later: when it is handed on, the other one's time is over, too.
    await handedOn(app, dead);

    expect(await orchestrator.stop()).toBe('ended');
    expect(await sessionsOf(app, prompt)).toMatchObject([{ agentId: 'prompt', outcome: 'COMPLETED' }]);
    expect(orchestrator.started.map(({ taskKey }) => taskKey)).toEqual([dead]);
  });

  it.each(['mutation AbandonSession', 'mutation ClaimTask'])(
    'hands on once when every connection breaks in place of the answer to %s',
    async (marker) => {
      await using app = await testApp({ clock: systemClock });
      await app.start();
      const [taskKey = ''] = await createTasks(app, ['ready_for_development']);
      await claim(app, taskKey, 'dead');
      const proxy = await breakingProxy(app.url, marker);

      const orchestrator = startOrchestrator({ url: proxy.url });
      await handedOn(app, taskKey);

      expect(proxy.breaks).toBe(1);
      await vi.waitFor(() => expect(orchestrator.log.filter(isConnected)).toHaveLength(2), deadline);
      expect(await orchestrator.stop()).toBe('ended');
      expect(orchestrator.started).toEqual([{ taskKey, agentId: 'heir-of-dead' }]);
    },
  );

  it('goes on after a fault of the server in every kind of statement', async () => {
    const faults: string[] = [];
    let isFaulty = false;
    await using app = await testApp({
      clock: systemClock,
      onStatement(sql) {
        const kind = sql.trimStart().split(/\s/)[0] ?? '';
        if (!isFaulty || !sql.includes('task_sessions') || faults.includes(kind)) return;
        faults.push(kind);
        throw new Error('disk I/O error');
      },
    });
    await app.start();
    const [taskKey = ''] = await createTasks(app, ['ready_for_development']);
    await claim(app, taskKey, 'dead');

    isFaulty = true;
    const orchestrator = startOrchestrator(app);
    await handedOn(app, taskKey);

    expect(faults).toEqual(['SELECT', 'UPDATE', 'INSERT']);
    expect(await orchestrator.stop()).toBe('ended');
    expect(orchestrator.started).toEqual([{ taskKey, agentId: 'heir-of-dead' }]);
  });

  it('gives up a task at which the server fails for ever, and goes on with those behind it', async () => {
    await using app = await testApp({ clock: systemClock });
    await app.start();
    const [poisoned = '', after = ''] = await createTasks(
      app,
      Array<string>(2).fill('ready_for_development'),
    );
    app.change(`
      CREATE TRIGGER poison BEFORE UPDATE OF ended_at ON task_sessions WHEN OLD.agent_id = 'poisoned'
      BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`);
    await claim(app, poisoned, 'poisoned');
    await claim(app, after, 'dead');

    const orchestrator = startOrchestrator(app);
    await handedOn(app, after);

    expect(await orchestrator.stop()).toBe('ended');
    expect(orchestrator.log.filter((line) => line.endsWith('Trying again.'))).toHaveLength(4);
    expect(orchestrator.log).toContainEqual(
      expect.stringContaining(`${poisoned}  given up after 5 faults of the server`),
    );
    expect(orchestrator.started.map(({ taskKey }) => taskKey)).toEqual([after]);
    // It has stayed as it was, so the next orchestrator is told of it again.
    expect(await sessionsOf(app, poisoned)).toMatchObject([{ agentId: 'poisoned', outcome: null }]);
    app.change('DROP TRIGGER poison');
    startOrchestrator(app);
    await handedOn(app, poisoned);
  });

  it('says what the server refuses, and ends', async () => {
    await using app = await testApp({ clock: systemClock });
    await app.start();

    const { outcome } = startOrchestrator(app, 'four hours');

    expect(await outcome).toMatchObject({
      message: expect.stringContaining("'four hours' is not a duration"),
    });
  });
});

const isConnected = (line: string) => line.startsWith('connected');

/** Whoever takes over is called the heir of the one before, and finishes at once. */
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
    firstPauseMs: 10,
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

/** Waits until the dead agent's session is abandoned and the heir's is finished. */
async function handedOn(app: TestApp, taskKey: string): Promise<void> {
  await vi.waitFor(
    async () =>
      expect(await sessionsOf(app, taskKey)).toMatchObject([
        { agentId: expect.stringMatching(/^heir-of-/), outcome: 'COMPLETED' },
        { outcome: 'ABANDONED', notes: 'no sign of life' },
      ]),
    deadline,
  );
}

/** Waits until the clock says that the open session of the task is stale; the server need not be running. */
async function turnsStale(app: TestApp, taskKey: string): Promise<void> {
  const [open] = app.rows(
    `SELECT session.started_at FROM task_sessions session JOIN tasks task ON task.id = session.task_id
     WHERE task.key = ? AND session.ended_at IS NULL`,
    taskKey,
  );
  const staleAt = Date.parse(String(open?.started_at)) + thresholdMs;
  await vi.waitUntil(() => Date.now() > staleAt, deadline);
}
