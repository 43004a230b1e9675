import { describe, expect, it } from 'vitest';
import {
  AbandonSessionDocument,
  ClaimTaskDocument,
  FinishTaskDocument,
  RejectTaskDocument,
  SessionsDocument,
  TaskStoryDocument,
} from '../../../src/client/generated/graphql.ts';
import { expectType, testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const minutes = 60_000;
const hours = 60 * minutes;

describe('the life of a session', () => {
  it('starts with a claim and ends with a finish, and the status changes with it', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);

    const { claimTask } = await app.send(ClaimTaskDocument, { input: { taskKey, agentId: 'backend' } });
    expect(expectType(claimTask, 'ClaimTaskPayload')).toMatchObject({
      task: { key: taskKey, status: 'in_development', assignedAgent: 'backend' },
      session: {
        agentId: 'backend',
        phase: 'development',
        startedAt: '2026-01-11T10:00:00.000Z',
        endedAt: null,
        outcome: null,
        isActive: true,
      },
      previousStatus: 'ready_for_development',
      nextPhase: {
        phase: 'review',
        status: 'ready_for_code_review',
        agentTypes: ['tech-lead', 'code-reviewer'],
      },
      warnings: [],
    });

    clock.advance(30 * minutes);
    const { finishTask } = await app.send(FinishTaskDocument, { input: { taskKey, notes: 'API complete' } });
    expect(expectType(finishTask, 'FinishTaskPayload')).toMatchObject({
      task: { status: 'ready_for_code_review', assignedAgent: null },
      session: {
        outcome: 'COMPLETED',
        notes: 'API complete',
        endedAt: '2026-01-11T10:30:00.000Z',
        durationMinutes: 30,
        elapsedMinutes: 30,
        isActive: false,
      },
      previousStatus: 'in_development',
      nextPhase: { status: 'ready_for_code_review' },
      warnings: [],
    });
  });

  it('includes both sessions of a task that was rejected and then redone', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app, 'ready_for_code_review');

    await claim(app, taskKey, 'reviewer');
    clock.advance(10 * minutes);
    const { rejectTask } = await app.send(RejectTaskDocument, {
      input: { taskKey, reason: 'Tests missing' },
    });
    expect(expectType(rejectTask, 'RejectTaskPayload')).toMatchObject({
      task: { status: 'in_development' },
      session: { outcome: 'REJECTED', notes: 'Tests missing', durationMinutes: 10 },
      previousStatus: 'in_code_review',
      nextPhase: { phase: 'development', status: 'in_development' },
    });

    clock.advance(5 * minutes);
    await claim(app, taskKey, 'frontend');
    clock.advance(15 * minutes);
    await app.send(FinishTaskDocument, { input: { taskKey } });

    const { task } = await app.send(TaskStoryDocument, { key: taskKey });
    expect(task?.sessions).toMatchObject({
      totalCount: 2,
      nodes: [
        { agentId: 'frontend', outcome: 'COMPLETED', durationMinutes: 15, phase: 'development' },
        { agentId: 'reviewer', outcome: 'REJECTED', durationMinutes: 10, phase: 'review' },
      ],
    });
    expect(task?.sessionSummary).toEqual({ count: 2, totalMinutes: 25, completionRatePct: 50 });
    expect(task?.notes).toMatchObject([
      { type: 'rejection', content: 'Tests missing', createdBy: 'reviewer' },
    ]);
    // The task was already in the status for the work, so the second claim did not change it.
    expect(task?.history.map(({ fromStatus, toStatus, agent }) => [fromStatus, toStatus, agent])).toEqual([
      [null, 'ready_for_code_review', null],
      ['ready_for_code_review', 'in_code_review', 'reviewer'],
      ['in_code_review', 'in_development', 'reviewer'],
      ['in_development', 'ready_for_code_review', 'frontend'],
    ]);
  });

  it('lists exactly the stale sessions, whose tasks can be abandoned and claimed again', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [first = '', second = '', ...others] = await createTasks(
      app,
      Array<string>(5).fill('ready_for_development'),
    );
    const lost = await claim(app, first, 'lost-1');
    await claim(app, second, 'lost-2');
    clock.advance(1 * hours);
    for (const key of others) await claim(app, key, 'alive');
    clock.advance(3 * hours);

    const { sessions } = await app.send(SessionsDocument, {
      filter: { active: true, staleAfter: '4h' },
      orderBy: { field: 'STARTED_AT', direction: 'ASC' },
    });
    expect(sessions.nodes).toMatchObject([
      { task: { key: first }, agentId: 'lost-1', elapsedMinutes: 240 },
      { task: { key: second }, agentId: 'lost-2', elapsedMinutes: 240 },
    ]);
    expect(sessions.totalCount).toBe(2);

    const { abandonSession } = await app.send(AbandonSessionDocument, {
      input: { sessionId: lost.id, reason: 'no heartbeat' },
    });
    expect(expectType(abandonSession, 'AbandonSessionPayload')).toMatchObject({
      task: { status: 'ready_for_development', assignedAgent: null },
      session: { outcome: 'ABANDONED', notes: 'no heartbeat', endedAt: '2026-01-11T14:00:00.000Z' },
      previousStatus: 'in_development',
    });
    await expect(claim(app, first, 'alive')).resolves.toMatchObject({ agentId: 'alive', isActive: true });
  });

  it('names the current agent when a task is claimed twice', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    const holder = await claim(app, taskKey, 'backend');

    const { claimTask } = await app.send(ClaimTaskDocument, { input: { taskKey, agentId: 'frontend' } });

    expect(claimTask).toEqual({
      __typename: 'TaskAlreadyClaimedError',
      message: "Task already claimed by agent 'backend' since 2026-01-11 10:00:00",
      suggestion: 'Use finishTask or rejectTask to complete work first',
      activeSession: { id: holder.id, agentId: 'backend', startedAt: '2026-01-11T10:00:00.000Z' },
    });
  });
});
