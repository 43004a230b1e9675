import { describe, expect, it } from 'vitest';
import { expectType, testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import {
  abandonSession,
  blockTask,
  claimTask,
  finishTask,
  rejectTask,
  unblockTask,
} from '../../support/mutations.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const minutes = 60_000;

/** Every mutation that closes a session and accepts a session id. */
const closes = [
  [
    'finishTask',
    'COMPLETED',
    (app: TestApp, taskKey: string, sessionId: string) => finishTask(app, { taskKey, sessionId }),
  ],
  [
    'rejectTask',
    'REJECTED',
    (app: TestApp, taskKey: string, sessionId: string) =>
      rejectTask(app, { taskKey, sessionId, reason: 'x' }),
  ],
  [
    'blockTask',
    'BLOCKED',
    (app: TestApp, taskKey: string, sessionId: string) => blockTask(app, { taskKey, sessionId, reason: 'x' }),
  ],
  [
    'abandonSession',
    'ABANDONED',
    (app: TestApp, _taskKey: string, sessionId: string) => abandonSession(app, { sessionId }),
  ],
] as const;

describe.each(closes)('%s with a session id', (name, outcome, close) => {
  it('closes that session while it is active', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    const session = await claim(app, taskKey);

    expect(await close(app, taskKey, session.id)).toMatchObject({ session: { id: session.id, outcome } });
  });

  it('returns its first result again when repeated, and says that it ended before, even after the task has changed', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    const session = await claim(app, taskKey);
    clock.advance(30 * minutes);
    const first = await close(app, taskKey, session.id);
    expect(first).toMatchObject({ repeated: false, warnings: [] });
    const repeated = <Result>(result: Result) => ({
      ...result,
      repeated: true,
      warnings: [
        `Session 1 was already ${outcome.toLowerCase()} at 2026-01-11 10:30:00 UTC. This request changed nothing`,
      ],
    });

    clock.advance(5 * minutes);
    const atOnce = everyRow(app);
    expect(await close(app, taskKey, session.id)).toEqual(repeated(first));
    expect(everyRow(app)).toEqual(atOnce);

    await unblockTask(app, taskKey);
    const claimed = expectType(await claimTask(app, { taskKey, agentId: 'next' }), 'ClaimTaskPayload');
    clock.advance(10 * minutes);
    const later = everyRow(app);

    const { task: taskThen, session: sessionThen, ...resultThen } = expectClosed(first);
    const { task, session: sessionAgain, ...result } = expectClosed(await close(app, taskKey, session.id));
    expect(result).toEqual(repeated(resultThen));
    // The session is as it was closed, and the task is in its current status.
    expect(sessionAgain).toEqual({
      ...sessionThen,
      task: { ...sessionThen?.task, ...statusOf(sessionAgain) },
    });
    expect(task).toMatchObject({ key: taskThen.key, status: claimed.task.status });
    expect(everyRow(app)).toEqual(later);
  });

  it.each(closes.filter(([other]) => other !== name))(
    'rejects a session that %s has closed, and returns its outcome',
    async (_other, otherOutcome, closeOtherwise) => {
      const clock = manualClock();
      await using app = await testApp({ clock });
      const taskKey = await createTask(app);
      const session = await claim(app, taskKey);
      clock.advance(30 * minutes);
      await closeOtherwise(app, taskKey, session.id);
      const before = everyRow(app);

      expect(await close(app, taskKey, session.id)).toEqual({
        __typename: 'SessionNotActiveError',
        message: `Session 1 is no longer active: it was ${otherOutcome.toLowerCase()} at 2026-01-11 10:30:00`,
        suggestion: 'No agent holds the task now. To continue, claim it again with claimTask',
        closedSession: { id: session.id, outcome: otherOutcome, endedAt: '2026-01-11T10:30:00.000Z' },
        activeSession: null,
      });
      expect(everyRow(app)).toEqual(before);
    },
  );

  it('rejects a session that does not exist', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    await claim(app, taskKey);
    const before = everyRow(app);

    expect(await close(app, taskKey, 'TaskSession:4711')).toMatchObject({
      __typename: 'SessionNotFoundError',
      message: expect.stringContaining('4711'),
      suggestion: 'Use the id of the session that claimTask returned',
    });
    expect(everyRow(app)).toEqual(before);
  });
});

describe.each(closes.filter(([name]) => name !== 'abandonSession'))('%s', (_name, _outcome, close) => {
  it('does not let an agent with an abandoned session end the session of its successor', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    const lost = await claim(app, taskKey, 'lost');
    clock.advance(240 * minutes);
    await abandonSession(app, { sessionId: lost.id, reason: 'no heartbeat' });
    const successor = await claim(app, taskKey, 'successor');
    clock.advance(10 * minutes);
    const before = everyRow(app);

    expect(await close(app, taskKey, lost.id)).toEqual({
      __typename: 'SessionNotActiveError',
      message: 'Session 1 is no longer active: it was abandoned at 2026-01-11 14:00:00',
      suggestion:
        "Agent 'successor' has been working on the task since 2026-01-11 14:00:00. Stop your work on the task",
      closedSession: { id: lost.id, outcome: 'ABANDONED', endedAt: '2026-01-11T14:00:00.000Z' },
      activeSession: { id: successor.id, agentId: 'successor', startedAt: '2026-01-11T14:00:00.000Z' },
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('rejects a session of another task', async () => {
    await using app = await testApp();
    const [own = '', other = ''] = await createTasks(app, ['ready_for_development', 'ready_for_development']);
    await claim(app, own);
    const foreign = await claim(app, other);
    const before = everyRow(app);

    expect(await close(app, own, foreign.id)).toMatchObject({
      __typename: 'SessionNotFoundError',
      message: `There is no session 2 of task ${own}`,
    });
    expect(everyRow(app)).toEqual(before);
  });
});

it('a repeated abandonSession returns the warning that the task was not moved again', async () => {
  await using app = await testApp();
  const taskKey = await createTask(app);
  const session = await claim(app, taskKey);
  app.change(`UPDATE tasks SET status = 'ready_for_qa'`);

  const first = expectType(await abandonSession(app, { sessionId: session.id }), 'AbandonSessionPayload');
  expect(first.warnings).toHaveLength(1);
  expect(await abandonSession(app, { sessionId: session.id })).toEqual({
    ...first,
    repeated: true,
    warnings: [expect.stringContaining('was already abandoned'), ...first.warnings],
  });
});

type Closed = Extract<Awaited<ReturnType<(typeof closes)[number][2]>>, { previousStatus: string }>;

function expectClosed(answer: Awaited<ReturnType<(typeof closes)[number][2]>>): Closed {
  if ('previousStatus' in answer) return answer;
  throw new Error(`Expected a payload, got ${JSON.stringify(answer, null, 2)}`);
}

function statusOf(session: Closed['session']) {
  return { status: session?.task.status, phase: session?.task.phase };
}
