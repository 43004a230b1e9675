import { describe, expect, it } from 'vitest';
import { ClaimNextTaskDocument, ClaimTaskDocument } from '../../../src/client/generated/graphql.ts';
import { expectType, testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { claimNextTask, claimTask, finishTask } from '../../support/mutations.ts';
import { alsoSelecting, historyOfTask } from '../../support/selections.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const hours = 3_600_000;
const idempotencyKey = '6e0c4f6e-3d4b-4f5e-9d5f-1f0f1a9c2b11';

function keysOf(app: TestApp): unknown[] {
  return app.rows('SELECT key FROM idempotency_keys ORDER BY rowid').map(({ key }) => key);
}

/** The response to a repeated claim, whose session is still open. */
function repeated(answer: object | undefined) {
  return { ...answer, repeated: true };
}

describe('a claim that is repeated with its idempotency key', () => {
  it('returns the first response, and writes nothing', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [first = '', taskKey = ''] = await createTasks(app, ['draft', 'ready_for_development']);
    app.change(`UPDATE tasks SET depends_on = '["${first}"]' WHERE key = '${taskKey}'`);
    const input = { taskKey, agentId: 'backend', agentType: 'poet', idempotencyKey };

    const answer = expectType(await claimTask(app, input), 'ClaimTaskPayload');
    expect(answer).toMatchObject({
      task: { status: 'in_development' },
      session: { id: 'TaskSession:1', agentId: 'backend' },
      previousStatus: 'ready_for_development',
      nextPhase: { status: 'ready_for_code_review' },
      warnings: [expect.stringContaining("'poet'"), expect.stringContaining(first)],
    });
    expect(answer.repeated).toBe(false);
    const before = everyRow(app);
    // The warnings belong to the first response, so they are returned again.
    app.statements.length = 0;
    expect(await claimTask(app, input)).toEqual(repeated(answer));
    expect(everyRow(app)).toEqual(before);
    expect(app.statements.filter((sql) => /^(INSERT|UPDATE|DELETE)/i.test(sql))).toEqual([]);
  });

  it('is the same claim in every spelling of the task key', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    const answer = await claimTask(app, { taskKey, agentId: 'backend', idempotencyKey });
    const before = everyRow(app);

    for (const spelling of ['e01-f01-001', 'T-e01-F01-001-and-a-slug', ' t-e01-f01-001 '])
      for (const agentType of [undefined, null])
        expect(
          await claimTask(app, { idempotencyKey, agentType, agentId: 'backend', taskKey: spelling }),
        ).toEqual(repeated(answer));
    expect(everyRow(app)).toEqual(before);
  });

  it('returns the task and the session in their current state', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    const input = { taskKey, agentId: 'backend', idempotencyKey };
    const first = expectType(await claimTask(app, input), 'ClaimTaskPayload');
    clock.advance(1 * hours);
    await finishTask(app, { taskKey, notes: 'done' });
    await claim(app, taskKey, 'reviewer');
    const before = everyRow(app);

    const again = expectType(await claimTask(app, input), 'ClaimTaskPayload');

    const { previousStatus, nextPhase } = first;
    expect(again).toMatchObject({
      previousStatus,
      nextPhase,
      repeated: true,
      warnings: ['Session 1 was already completed at 2026-01-11 11:00:00 UTC. This request changed nothing'],
    });
    expect(again.task).toMatchObject({ status: 'in_code_review', assignedAgent: 'reviewer' });
    expect(again.session).toMatchObject({
      id: first.session?.id,
      agentId: 'backend',
      outcome: 'COMPLETED',
      durationMinutes: 60,
      isActive: false,
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('creates one session for a hundred equal claims at once, and returns the same response to all', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    const input = { taskKey, agentId: 'backend', idempotencyKey };

    const answers = await Promise.all(Array.from({ length: 100 }, () => claimTask(app, input)));

    expect(answers[0]).toMatchObject({ __typename: 'ClaimTaskPayload', session: { id: 'TaskSession:1' } });
    expect(answers.slice(1)).toEqual(answers.slice(1).map(() => repeated(answers[0])));
    expect(app.rows('SELECT id FROM task_sessions')).toEqual([{ id: 1 }]);
    expect(app.rows(`SELECT id FROM task_history WHERE new_status = 'in_development'`)).toHaveLength(1);
    expect(keysOf(app)).toEqual([idempotencyKey]);
  });

  it('is recognized by another server on the same file, and after a restart', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    const input = { taskKey, agentId: 'backend', idempotencyKey };
    const answer = await claimTask(app, input);

    await using other = await testApp({ config: { databaseFile: app.config.databaseFile } });
    expect(await claimTask(other, input)).toEqual(repeated(answer));
    await other.stop();
    await app.stop();
    await using next = await testApp({ config: { databaseFile: app.config.databaseFile } });
    expect(await claimTask(next, input)).toEqual(repeated(answer));
  });

  it('does not claim a second task with claimNextTask', async () => {
    await using app = await testApp();
    await createTasks(app, Array<string>(3).fill('ready_for_development'));
    const input = { agentId: 'backend', agentType: 'developer', epicKey: 'E01', idempotencyKey };
    const answer = await claimNextTask(app, input);
    expect(answer).toMatchObject({ task: { key: 'T-E01-F01-001' }, session: { id: 'TaskSession:1' } });
    const before = everyRow(app);

    expect(await claimNextTask(app, { ...input, epicKey: 'e01-sign-in' })).toEqual(repeated(answer));
    expect(everyRow(app)).toEqual(before);
  });
});

describe('a response that is lost after the claim was committed', () => {
  it.each(['claimTask', 'claimNextTask'] as const)(
    'of %s is returned when the claim is repeated, whichever statement failed to read it',
    async (name) => {
      const document = { claimTask: ClaimTaskDocument, claimNextTask: ClaimNextTaskDocument }[name];
      const send = (app: TestApp, taskKey: string) => {
        const which = name === 'claimTask' ? { taskKey } : {};
        const input = { ...which, agentId: 'backend', idempotencyKey: taskKey };
        return app.post(alsoSelecting(document.toString(), historyOfTask), { input });
      };
      let isCommitted = false;
      let readsLeft = 0;
      await using app = await testApp({
        onStatement(sql) {
          if (isCommitted) {
            readsLeft -= 1;
            if (readsLeft === 0) throw new Error('disk I/O error');
          }
          isCommitted ||= sql === 'COMMIT';
        },
      });
      const [undisturbed = '', ...taskKeys] = await createTasks(
        app,
        Array<string>(9).fill('ready_for_development'),
      );
      app.statements.length = 0;
      await send(app, undisturbed);
      const reads = app.statements.length - 1 - app.statements.indexOf('COMMIT');
      expect(reads).toBeGreaterThan(0);

      for (const [index, taskKey] of taskKeys.slice(0, reads).entries()) {
        isCommitted = false;
        readsLeft = index + 1;
        const lost = await send(app, taskKey);
        expect(lost.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
        expect(keysOf(app)).toContain(taskKey);
        const before = everyRow(app);

        const answer = await send(app, taskKey);
        expect(answer).toMatchObject({
          data: { [name]: { task: { key: taskKey, status: 'in_development' }, session: { isActive: true } } },
        });
        expect(await send(app, taskKey)).toEqual(answer);
        expect(everyRow(app)).toEqual(before);
      }
    },
  );

  it('is returned when the client had disconnected before the response', async () => {
    const client = new AbortController();
    await using app = await testApp({
      onStatement(sql) {
        if (sql.startsWith('insert into "task_sessions"')) client.abort();
      },
    });
    await app.start();
    const taskKey = await createTask(app);
    const input = { taskKey, agentId: 'backend', idempotencyKey };

    const lost = fetch(app.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: ClaimTaskDocument.toString(), variables: { input } }),
      signal: client.signal,
    });

    await expect(lost).rejects.toThrow('aborted');
    expect(await claimTask(app, input)).toMatchObject({
      __typename: 'ClaimTaskPayload',
      session: { id: 'TaskSession:1', agentId: 'backend' },
    });
    expect(app.rows('SELECT id FROM task_sessions')).toEqual([{ id: 1 }]);
  });
});

describe('an idempotency key that was used for another claim', () => {
  it.each([
    [
      'another task',
      { taskKey: 'T-E01-F01-002' },
      "for claimTask with taskKey 'T-E01-F01-001', and now for a claim with taskKey 'T-E01-F01-002'",
    ],
    [
      'another agent',
      { agentId: 'other' },
      "for claimTask with agentId 'backend', and now for a claim with agentId 'other'",
    ],
    [
      'an agent id in different case',
      { agentId: 'Backend' },
      "for claimTask with agentId 'backend', and now for a claim with agentId 'Backend'",
    ],
    [
      'no agent type',
      { agentType: null },
      "for claimTask with agentType 'developer', and now for a claim with no agentType",
    ],
    [
      'a task that does not exist and another agent',
      { taskKey: 'T-E99-F99-999', agentId: 'other' },
      "for claimTask with taskKey 'T-E01-F01-001' and agentId 'backend', and now for a claim with taskKey 'T-E99-F99-999' and agentId 'other'",
    ],
  ])(
    'is rejected for %s, the error names the difference, and nothing changes',
    async (_what, other, difference) => {
      await using app = await testApp();
      const [taskKey = ''] = await createTasks(app, ['ready_for_development', 'ready_for_development']);
      const input = { taskKey, agentId: 'backend', agentType: 'developer', idempotencyKey };
      const answer = await claimTask(app, input);
      const before = everyRow(app);

      expect(await claimTask(app, { ...input, ...other })).toEqual({
        __typename: 'IdempotencyKeyReusedError',
        message: `The idempotency key '${idempotencyKey}' was used ${difference}`,
        suggestion: 'Use a new key for each new claim. Use the same key only to send the same claim again',
        idempotencyKey,
      });
      expect(everyRow(app)).toEqual(before);
      expect(await claimTask(app, input)).toEqual(repeated(answer));
    },
  );

  it('is rejected for another mutation, and the error has the key as a field', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    await claimNextTask(app, { agentId: 'backend', idempotencyKey });

    expect(await claimTask(app, { taskKey, agentId: 'backend', idempotencyKey })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
      message: `The idempotency key '${idempotencyKey}' was used for claimNextTask, and now for a claim with claimTask`,
    });
    expect(
      await app.post(
        `mutation ($input: ClaimNextTaskInput!) {
          claimNextTask(input: $input) { ... on IdempotencyKeyReusedError { idempotencyKey message } }
        }`,
        { input: { agentId: 'backend', epicKey: 'E01', idempotencyKey } },
      ),
    ).toEqual({
      data: {
        claimNextTask: {
          idempotencyKey,
          message: expect.stringContaining("with no epicKey, and now for a claim with epicKey 'E01'"),
        },
      },
    });
  });
});

describe('a rejected claim', () => {
  it('does not use up its idempotency key', async () => {
    await using app = await testApp();
    const [held = '', other = ''] = await createTasks(app, [
      'ready_for_development',
      'ready_for_development',
    ]);
    await claim(app, held, 'holder');
    const before = everyRow(app);
    const input = { taskKey: held, agentId: 'backend', idempotencyKey };

    expect(await claimTask(app, input)).toMatchObject({ __typename: 'TaskAlreadyClaimedError' });
    expect(await claimTask(app, { ...input, taskKey: 'T-E99-F99-999' })).toMatchObject({
      __typename: 'TaskNotFoundError',
    });
    expect(await claimNextTask(app, { agentId: 'backend', epicKey: 'E99', idempotencyKey })).toMatchObject({
      __typename: 'EpicNotFoundError',
    });
    expect(everyRow(app)).toEqual(before);

    expect(await claimTask(app, { ...input, taskKey: other })).toMatchObject({
      __typename: 'ClaimTaskPayload',
      task: { key: other },
    });
  });
});

describe('an idempotency key', () => {
  it.each([
    ['empty', '', 'idempotencyKey is blank'],
    ['blank', ' \t', 'idempotencyKey is blank'],
    ['too long', 'k'.repeat(129), 'idempotencyKey has 129 characters'],
    ['invalid text', 'k\0', 'idempotencyKey contains a NUL character'],
  ])('is rejected if it is %s', async (_what, key, message) => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    const before = everyRow(app);

    for (const refused of [
      await claimTask(app, { taskKey, agentId: 'backend', idempotencyKey: key }),
      await claimNextTask(app, { agentId: 'backend', idempotencyKey: key }),
    ])
      expect(refused).toMatchObject({
        __typename: 'InvalidInputError',
        message: expect.stringContaining(message),
      });
    expect(everyRow(app)).toEqual(before);
  });

  it('can have 128 characters of any kind, and is case-sensitive', async () => {
    await using app = await testApp();
    const taskKeys = await createTasks(app, Array<string>(3).fill('ready_for_development'));
    const keys = ['🦈'.repeat(128), 'key', 'KEY'];
    for (const [index, taskKey] of taskKeys.entries())
      expect(
        await claimTask(app, { taskKey, agentId: 'backend', idempotencyKey: keys[index] }),
      ).toMatchObject({ __typename: 'ClaimTaskPayload', task: { key: taskKey } });
    expect(keysOf(app)).toEqual(keys);
  });

  it('is optional: without it, nothing is stored', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    for (const key of [undefined, null])
      await claimTask(app, { taskKey, agentId: 'backend', idempotencyKey: key });

    expect(await claimTask(app, { taskKey, agentId: 'backend' })).toMatchObject({
      __typename: 'TaskAlreadyClaimedError',
    });
    expect(keysOf(app)).toEqual([]);
  });

  it('is stored as long as its session', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [taskKey = '', other = ''] = await createTasks(app, Array<string>(2).fill('ready_for_development'));
    await claimTask(app, { taskKey, agentId: 'backend', idempotencyKey: 'old' });
    await finishTask(app, { taskKey });
    clock.advance(1_000 * 24 * hours);
    await claimTask(app, { taskKey: other, agentId: 'backend', idempotencyKey: 'new' });
    expect(keysOf(app)).toEqual(['old', 'new']);

    app.change(`PRAGMA foreign_keys = OFF; DELETE FROM tasks WHERE key = '${taskKey}'`);

    expect(keysOf(app)).toEqual(['new']);
  });
});

describe('a response without work', () => {
  const none = {
    __typename: 'ClaimNextTaskPayload',
    task: null,
    session: null,
    previousStatus: null,
    nextPhase: null,
    repeated: false,
    warnings: [],
  };

  it('is not stored: the same request claims a task as soon as there is one', async () => {
    await using app = await testApp();
    await createTask(app, 'draft');
    const before = everyRow(app);
    expect(await claimNextTask(app, { agentId: 'backend', idempotencyKey })).toEqual(none);
    expect(everyRow(app)).toEqual(before);
    app.change(`UPDATE tasks SET status = 'ready_for_development'`);

    const claimed = await claimNextTask(app, { agentId: 'backend', idempotencyKey });
    expect(claimed).toMatchObject({ task: { status: 'in_development' } });
    expect(await claimNextTask(app, { agentId: 'backend', idempotencyKey })).toEqual(repeated(claimed));
  });

  it('leaves its key free for another claim', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app, 'draft');
    await claimNextTask(app, { agentId: 'backend', agentType: 'developer', idempotencyKey });
    expect(await claimNextTask(app, { agentId: 'backend', agentType: 'qa', idempotencyKey })).toEqual(none);
    app.change(`UPDATE tasks SET status = 'ready_for_development'`);

    expect(await claimTask(app, { agentId: 'backend', taskKey, idempotencyKey })).toMatchObject({
      __typename: 'ClaimTaskPayload',
    });
  });
});

it('without a table for idempotency keys, a claim succeeds with a warning', async () => {
  const databaseFile = createSharkDatabase('recent');
  await using app = await testApp({ config: { databaseFile, migrate: false } });
  const warnings = [
    expect.stringContaining('no task_sessions table'),
    `This database has no table for idempotency keys, so '${idempotencyKey}' was not stored. If you send this claim again, it will be a new claim. Start the server with MIGRATE=on to add the table`,
  ];

  const input = { agentId: 'backend', idempotencyKey };
  expect(await claimTask(app, { ...input, taskKey: 'T-E01-F01-004' })).toMatchObject({
    __typename: 'ClaimTaskPayload',
    session: null,
    warnings,
  });
  app.change(`UPDATE tasks SET status = 'draft'`);
  expect(await claimNextTask(app, input)).toMatchObject({ task: null, warnings: [] });
});
