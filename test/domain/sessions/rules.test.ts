import { describe, expect, it } from 'vitest';
import { expectType, testApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import {
  abandonSession,
  blockTask,
  claimTask,
  finishTask,
  rejectTask,
  taskStory,
  unblockTask,
} from '../../support/mutations.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const minutes = 60_000;
const noActiveSession = 'No active session found, skipping session closure';

describe('a rejection', () => {
  it.each([
    ['in_refinement', 'draft'],
    ['in_development', 'ready_for_refinement'],
    ['in_code_review', 'in_development'],
    ['in_qa', 'in_development'],
    ['in_approval', 'ready_for_qa'],
  ])('moves work in %s back to %s by default', async (from, to) => {
    await using app = await testApp();
    const taskKey = await createTask(app, from);
    await claim(app, taskKey, 'worker');

    const rejected = expectType(
      await rejectTask(app, { taskKey, reason: 'not good enough' }),
      'RejectTaskPayload',
    );

    expect(rejected).toMatchObject({
      task: { status: to, assignedAgent: null },
      session: { outcome: 'REJECTED', notes: 'not good enough' },
      previousStatus: from,
      nextPhase: { status: to },
      warnings: [],
    });
  });

  it('moves to the requested status if it is in an earlier phase', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'in_approval');

    const rejected = await rejectTask(app, {
      taskKey,
      reason: 'a wrong idea',
      toStatus: 'ready_for_refinement',
    });

    expect(expectType(rejected, 'RejectTaskPayload').task.status).toBe('ready_for_refinement');
  });

  it.each([
    ['a status without a transition to it', 'ready_for_approval'],
    ['a status of a later phase', 'ready_for_qa'],
    ['a completing status', 'completed'],
    ['a paused status', 'on_hold'],
    ['a status that does not exist', 'ready_for_lunch'],
  ])('to %s is refused, and the error lists the allowed statuses', async (_what, toStatus) => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'in_code_review');
    await claim(app, taskKey, 'reviewer');
    const before = everyRow(app);

    const refused = expectType(
      await rejectTask(app, { taskKey, reason: 'x', toStatus }),
      'InvalidTransitionError',
    );

    expect(refused).toEqual({
      __typename: 'InvalidTransitionError',
      message: expect.stringContaining(`cannot be rejected from 'in_code_review' to '${toStatus}'`),
      suggestion: expect.stringContaining('in_development, ready_for_refinement'),
      currentStatus: 'in_code_review',
      allowedTransitions: ['in_development', 'ready_for_refinement'],
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('stores its reason in the session, the history and a note', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'in_qa');
    await claim(app, taskKey, 'tester');

    await rejectTask(app, { taskKey, reason: 'crashes on Mondays' });

    const story = await taskStory(app, taskKey);
    expect(story.sessions.nodes).toMatchObject([{ outcome: 'REJECTED', notes: 'crashes on Mondays' }]);
    expect(story.history.at(-1)).toMatchObject({ agent: 'tester', notes: 'crashes on Mondays' });
    expect(story.notes).toMatchObject([
      { type: 'rejection', content: 'crashes on Mondays', createdBy: 'tester' },
    ]);
    expect(app.rows('SELECT rejection_reason FROM task_history ORDER BY id DESC LIMIT 1')).toEqual([
      { rejection_reason: 'crashes on Mondays' },
    ]);
  });
});

describe('a block', () => {
  it.each([
    ['in_refinement', 'ready_for_refinement'],
    ['in_development', 'ready_for_development'],
    // `blocked` has no transition to a queue of the qa phase, so its first transition to a queue is used.
    ['in_qa', 'ready_for_development'],
  ])('of work in %s is unblocked to %s', async (from, to) => {
    await using app = await testApp();
    const taskKey = await createTask(app, from);
    await claim(app, taskKey, 'worker');

    const blocked = expectType(await blockTask(app, { taskKey, reason: 'no access' }), 'BlockTaskPayload');
    expect(blocked).toMatchObject({
      task: { status: 'blocked', blockedReason: 'no access' },
      session: { outcome: 'BLOCKED', notes: 'no access', isActive: false },
      previousStatus: from,
      warnings: [],
    });

    const unblocked = expectType(await unblockTask(app, taskKey), 'UnblockTaskPayload');
    expect(unblocked).toMatchObject({
      task: { status: to, blockedReason: null },
      previousStatus: 'blocked',
      nextPhase: { status: to },
      warnings: [],
    });
    expect((await taskStory(app, taskKey)).activeSession).toBeNull();
    await expect(claim(app, taskKey, 'next')).resolves.toMatchObject({ agentId: 'next' });
  });

  it('is lifted according to the last block only', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'in_refinement');
    await blockTask(app, { taskKey, reason: 'first' });
    await unblockTask(app, taskKey);
    await claim(app, taskKey, 'analyst');
    await finishTask(app, { taskKey });
    await claim(app, taskKey, 'developer');
    await blockTask(app, { taskKey, reason: 'second' });

    const unblocked = expectType(await unblockTask(app, taskKey), 'UnblockTaskPayload');

    expect(unblocked.task.status).toBe('ready_for_development');
  });

  it('is refused if the workflow has no transition for it, and nothing changes', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'ready_for_code_review');
    await claim(app, taskKey, 'reviewer');
    const before = everyRow(app);

    const refused = await blockTask(app, { taskKey, reason: 'no access' });

    expect(expectType(refused, 'InvalidTransitionError')).toMatchObject({
      message: `Task ${taskKey} cannot be blocked in status 'in_code_review'`,
      suggestion: expect.stringContaining("no transition from 'in_code_review' to 'blocked'"),
      currentStatus: 'in_code_review',
      allowedTransitions: [],
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('cannot be lifted from a task that is not blocked', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'in_development');
    const before = everyRow(app);

    expect(expectType(await unblockTask(app, taskKey), 'InvalidTransitionError')).toMatchObject({
      message: `Task ${taskKey} cannot be unblocked in status 'in_development'`,
      suggestion: 'The task is not blocked: there is nothing to do',
      currentStatus: 'in_development',
    });
    expect(everyRow(app)).toEqual(before);
  });
});

describe('an abandoned session', () => {
  it.each([
    ['ready_for_development', 'in_development'],
    ['ready_for_qa', 'in_qa'],
    // A claim of rework does not change the status.
    ['in_development', 'in_development'],
  ])('returns the task to %s, its status before the claim', async (from, to) => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app, from);
    const session = await claim(app, taskKey, 'lost');
    expect(session.task.status).toBe(to);
    clock.advance(90 * minutes);

    const abandoned = await abandonSession(app, { sessionId: session.id, reason: 'no heartbeat' });

    expect(expectType(abandoned, 'AbandonSessionPayload')).toMatchObject({
      task: { status: from, assignedAgent: null },
      session: {
        id: session.id,
        outcome: 'ABANDONED',
        notes: 'no heartbeat',
        durationMinutes: 90,
        isActive: false,
      },
      previousStatus: to,
      nextPhase: { status: from },
      warnings: [],
    });
    await expect(claim(app, taskKey, 'next')).resolves.toMatchObject({ agentId: 'next' });
  });

  it('does not move a task that another program has moved, and returns a warning', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    const session = await claim(app, taskKey, 'lost');
    app.change(`UPDATE tasks SET status = 'ready_for_qa', assigned_agent = 'theirs'`);
    const historyBefore = app.rows('SELECT * FROM task_history');

    const abandoned = await abandonSession(app, { sessionId: session.id });

    expect(expectType(abandoned, 'AbandonSessionPayload')).toMatchObject({
      task: { status: 'ready_for_qa', assignedAgent: 'theirs' },
      session: { outcome: 'ABANDONED', notes: null },
      previousStatus: 'ready_for_qa',
      nextPhase: { status: 'ready_for_qa' },
      warnings: [
        'Another program moved the task to ready_for_qa after the claim. The task stays in this status',
      ],
    });
    expect(app.rows('SELECT * FROM task_history')).toEqual(historyBefore);
  });
});

describe('without an active session', () => {
  it('finishTask moves the task and returns a warning', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'in_development');

    expect(expectType(await finishTask(app, { taskKey, notes: 'done' }), 'FinishTaskPayload')).toMatchObject({
      task: { status: 'ready_for_code_review' },
      session: null,
      previousStatus: 'in_development',
      nextPhase: { status: 'ready_for_code_review' },
      warnings: [noActiveSession],
    });
    expect((await taskStory(app, taskKey)).history.at(-1)).toMatchObject({ agent: null, notes: 'done' });
  });

  it('rejectTask moves the task, stores the reason and returns a warning', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'in_code_review');

    expect(
      expectType(await rejectTask(app, { taskKey, reason: 'no tests' }), 'RejectTaskPayload'),
    ).toMatchObject({ task: { status: 'in_development' }, session: null, warnings: [noActiveSession] });
    expect((await taskStory(app, taskKey)).notes).toMatchObject([
      { type: 'rejection', content: 'no tests', createdBy: null },
    ]);
  });

  it('blockTask blocks the task and returns a warning', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'in_development');

    expect(
      expectType(await blockTask(app, { taskKey, reason: 'no power' }), 'BlockTaskPayload'),
    ).toMatchObject({
      task: { status: 'blocked', blockedReason: 'no power' },
      session: null,
      warnings: [noActiveSession],
    });
  });

  it('in a queue, rejectTask moves the task back, but finishTask and blockTask do not skip its work', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'ready_for_code_review');

    for (const refused of [
      await finishTask(app, { taskKey }),
      await blockTask(app, { taskKey, reason: 'x' }),
    ])
      expect(refused).toMatchObject({
        __typename: 'InvalidTransitionError',
        suggestion: 'No agent works on the task. Claim it with claimTask first',
      });
    expect(await rejectTask(app, { taskKey, reason: 'no tests' })).toMatchObject({
      task: { status: 'in_development' },
      warnings: [noActiveSession],
    });
  });

  it('finishTask rejects a claimed task that another program moved to a queue, and explains why', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    const { id } = await claim(app, taskKey, 'holder');
    app.change(`UPDATE tasks SET status = 'ready_for_code_review'`);

    expect(
      expectType(await finishTask(app, { taskKey, sessionId: id }), 'InvalidTransitionError').suggestion,
    ).toBe('Another program moved the task while session 1 was open. End that session with abandonSession');
  });

  it('finishTask rejects a task that waits for an agent', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'ready_for_code_review');
    const before = everyRow(app);

    expect(expectType(await finishTask(app, { taskKey }), 'InvalidTransitionError')).toMatchObject({
      message: `Task ${taskKey} cannot be finished in status 'ready_for_code_review'`,
      suggestion: 'No agent works on the task. Claim it with claimTask first',
      currentStatus: 'ready_for_code_review',
    });
    expect(everyRow(app)).toEqual(before);
  });
});

describe('a claim', () => {
  it('closes the open session of a waiting task, and succeeds', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    const left = await claim(app, taskKey, 'gone');
    // Like another program that does not use sessions.
    app.change(`UPDATE tasks SET status = 'ready_for_code_review'`);
    clock.advance(20 * minutes);

    const claimed = expectType(await claimTask(app, { taskKey, agentId: 'reviewer' }), 'ClaimTaskPayload');

    expect(claimed).toMatchObject({
      task: { status: 'in_code_review', assignedAgent: 'reviewer' },
      session: { agentId: 'reviewer', phase: 'review', isActive: true },
      previousStatus: 'ready_for_code_review',
      warnings: [
        "The open session of agent 'gone' was closed as abandoned, because the task was waiting in ready_for_code_review",
      ],
    });
    const { sessions } = await taskStory(app, taskKey);
    expect(sessions.nodes.find(({ id }) => id === left.id)).toMatchObject({
      outcome: 'ABANDONED',
      durationMinutes: 20,
      notes: 'The task was waiting in ready_for_code_review while this session was still open',
    });
  });

  it('returns a warning only for an agent type that the status does not list', async () => {
    await using app = await testApp();
    const [odd = '', fitting = '', unrestrictedPrincipal = ''] = await createTasks(app, [
      'ready_for_qa',
      'ready_for_qa',
      'in_qa',
    ]);

    const warningsFor = async (taskKey: string, agentType: string) =>
      expectType(await claimTask(app, { taskKey, agentId: 'a', agentType }), 'ClaimTaskPayload').warnings;

    expect(await warningsFor(odd, 'poet')).toEqual([
      "Agent type 'poet' is not one of the agent types of ready_for_qa: qa, test-engineer",
    ]);
    expect(await warningsFor(fitting, 'test-engineer')).toEqual([]);
    expect(await warningsFor(unrestrictedPrincipal, 'poet')).toEqual([]);
  });

  it('returns a warning for unfinished and missing dependencies', async () => {
    await using app = await testApp();
    const [first = '', second = '', done = '', taskKey = ''] = await createTasks(app, [
      'draft',
      'in_qa',
      'completed',
      'ready_for_development',
    ]);
    app.change(
      `UPDATE tasks SET depends_on = '${JSON.stringify([second, done, first, 'T-E99-F01-001'])}' WHERE key = '${taskKey}'`,
    );

    expect(expectType(await claimTask(app, { taskKey, agentId: 'a' }), 'ClaimTaskPayload').warnings).toEqual([
      `The task depends on unfinished tasks: ${first}, ${second}`,
      'The task depends on tasks that do not exist: T-E99-F01-001',
    ]);
  });

  it.each([
    [
      'draft',
      "finishTask moves the task from 'draft' to ready_for_refinement without a claim",
      ['ready_for_refinement'],
    ],
    ['completed', 'The task is at the end of the workflow: there is nothing left to do', []],
    [
      'blocked',
      'The task is paused. Use unblockTask first',
      ['ready_for_development', 'ready_for_refinement'],
    ],
  ])('of a task in %s is refused', async (status, suggestion, allowedTransitions) => {
    await using app = await testApp();
    const taskKey = await createTask(app, status);
    const before = everyRow(app);

    expect(await claimTask(app, { taskKey, agentId: 'a' })).toEqual({
      __typename: 'InvalidTransitionError',
      message: `Task ${taskKey} cannot be claimed in status '${status}'`,
      suggestion,
      currentStatus: status,
      allowedTransitions,
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('of a task in a status that is not in the workflow is refused, and the error suggests a fix', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    app.change(`UPDATE tasks SET status = 'pondering'`);

    expect(
      expectType(await claimTask(app, { taskKey, agentId: 'a' }), 'InvalidTransitionError'),
    ).toMatchObject({
      message: `Task ${taskKey} cannot be claimed in status 'pondering'`,
      suggestion:
        "The workflow has no status 'pondering'. Add it to the workflow file, or move the task with the program that set this status. abandonSession still works for an open session",
    });
  });
});

describe('the end of the workflow', () => {
  it('is reached with finishTask, and has no next phase', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app, 'ready_for_approval');
    const claimed = expectType(await claimTask(app, { taskKey, agentId: 'client' }), 'ClaimTaskPayload');
    expect(claimed.nextPhase).toMatchObject({ status: 'completed' });
    clock.advance(5 * minutes);

    const finished = expectType(await finishTask(app, { taskKey }), 'FinishTaskPayload');

    expect(finished).toMatchObject({
      task: { status: 'completed', assignedAgent: null },
      previousStatus: 'in_approval',
      nextPhase: null,
    });
    expect(app.rows('SELECT completed_at FROM tasks')).toEqual([
      { completed_at: '2026-01-11T10:05:00.000+00:00' },
    ]);
  });

  it('cannot be finished again', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'completed');

    expect(expectType(await finishTask(app, { taskKey }), 'InvalidTransitionError')).toMatchObject({
      message: `Task ${taskKey} cannot be finished in status 'completed'`,
      suggestion: 'The task is at the end of the workflow: there is nothing left to do',
    });
  });
});

describe('keys', () => {
  it.each([
    'T-E01-F01-001',
    't-e01-f01-001',
    'E01-F01-001',
    'e01-f01-001',
    'T-E01-F01-001-sign-in',
    'e01-f01-001-Sign_In',
    '  T-E01-F01-001 ',
  ])('are accepted in different spellings: %j', async (spelling) => {
    await using app = await testApp();
    expect(await createTask(app)).toBe('T-E01-F01-001');

    const claimed = await claimTask(app, { taskKey: spelling, agentId: 'a' });
    expect(expectType(claimed, 'ClaimTaskPayload').task.key).toBe('T-E01-F01-001');
    expect(await taskStory(app, spelling)).toMatchObject({ key: 'T-E01-F01-001' });
    const finished = await finishTask(app, { taskKey: spelling });
    expect(expectType(finished, 'FinishTaskPayload').task.key).toBe('T-E01-F01-001');
  });

  it('of missing tasks and invalid keys return different errors', async () => {
    await using app = await testApp();
    await createTask(app);

    expect(await claimTask(app, { taskKey: 'e01-f01-099', agentId: 'a' })).toMatchObject({
      __typename: 'TaskNotFoundError',
      message: "There is no task 'T-E01-F01-099'",
    });
    expect(await claimTask(app, { taskKey: 'E01-F01', agentId: 'a' })).toMatchObject({
      __typename: 'InvalidInputError',
      message: "taskKey 'E01-F01' is not a key",
      suggestion: 'Keys look like T-E07-F20-001',
    });
  });
});
