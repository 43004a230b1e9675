import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Board, openBoard } from '../support/board.ts';
import { answerOf, failureOf, movedAnswer, sessionsAnswer, textOf } from '../support/shark-answers.ts';
import { ways } from '../support/shell.ts';

/* The stories, error stories and scenarios of the requirement about work on tasks, with its original command lines. */

const one = 'T-E07-F20-001';
const two = 'T-E07-F20-002';
const three = 'T-E07-F20-003';
const noSession = 'No active session found, skipping session closure';
const toComplete = "Use 'shark task finish' or 'shark task reject' to complete work first";

describe.each(ways)('%s', (way) => {
  let board: Board;
  beforeAll(async () => {
    board = await openBoard(way);
  });
  afterAll(() => board[Symbol.asyncDispose]());
  beforeEach(() => {
    for (const key of [one, two, three]) board.put(key);
  });

  const started = () => Date.now();
  const isBetween = (text: unknown, from: number) => {
    const at = Date.parse(String(text));
    expect(at).toBeGreaterThanOrEqual(from);
    expect(at).toBeLessThanOrEqual(Date.now());
  };

  it('claim opens a session and returns its ID', async () => {
    const before = started();
    const { status, previous_status, session, warnings } = answerOf(
      movedAnswer,
      await board.type('shark task claim T-E07-F20-001 --agent=backend --json'),
    );

    expect({ status, previous_status, warnings }).toEqual({
      status: 'in_development',
      previous_status: 'ready_for_development',
      warnings: [],
    });
    const [row, ...more] = board.sessionsOf(one);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ agent_id: 'backend', phase: 'development', ended_at: null, outcome: null });
    expect(row?.task_id).toBe(board.rows('SELECT id FROM tasks WHERE key = ?', one)[0]?.id);
    isBetween(row?.started_at, before);
    expect(session?.session_id).toBe(`TaskSession:${String(row?.id)}`);
    expect(Date.parse(session?.started_at ?? '')).toBe(Date.parse(String(row?.started_at)));
    expect(board.statusOf(one)).toBe('in_development');
  });

  it('claim and finish with notes complete the session and record its duration', async () => {
    const claimed = textOf(await board.type('shark task claim T-E07-F20-001 --agent=backend'));
    expect(claimed).toContain(`${one}  Claimed for backend: ready_for_development → in_development\n`);
    board.startedAgo(one, 30);

    const before = started();
    const finished = textOf(await board.type('shark task finish T-E07-F20-001 --notes="API complete"'));

    expect(finished).toContain(`${one}  Finished: in_development → ready_for_code_review\n`);
    expect(finished).toContain('completed after 30m\n');
    expect(board.statusOf(one)).toBe('ready_for_code_review');
    const [row] = board.sessionsOf(one);
    expect(row).toMatchObject({ outcome: 'completed', notes: 'API complete' });
    isBetween(row?.ended_at, before);
    expect(Math.round(Number(row?.duration_minutes))).toBe(30);
  });

  it('finish works without notes', async () => {
    await board.type('shark task claim T-E07-F20-001 --agent=backend');
    textOf(await board.type('shark task finish T-E07-F20-001'));

    expect(board.sessionsOf(one)).toMatchObject([{ outcome: 'completed', notes: null }]);
  });

  it('reject closes the session with a reason, and the next claim opens a second session', async () => {
    await board.type('shark task claim T-E07-F20-002 --agent=backend');
    board.startedAgo(two, 10);
    const rejected = textOf(await board.type('shark task reject T-E07-F20-002 --reason="Tests missing"'));

    expect(rejected).toContain(`${two}  Rejected: in_development → ready_for_refinement\n`);
    expect(rejected).toContain('rejected after 10m\n');
    expect(board.statusOf(two)).toBe('ready_for_refinement');
    expect(board.sessionsOf(two)).toMatchObject([{ outcome: 'rejected', notes: 'Tests missing' }]);
    expect(board.rows('SELECT note_type, content FROM task_notes')).toContainEqual({
      note_type: 'rejection',
      content: 'Tests missing',
    });

    await board.type('shark task claim T-E07-F20-002 --agent=architect');
    textOf(await board.type('shark task finish T-E07-F20-002'));
    const shown = textOf(await board.type('shark task sessions T-E07-F20-002'));
    expect(shown).toMatch(/architect +planning .* completed[\s\S]*backend +development .* rejected/);
    expect(shown).toMatch(/\n2 sessions, 10m in all, 50% completed\n$/);
  });

  it('reject works as in the story, with any reason', async () => {
    await board.type('shark task claim T-E07-F20-001 --agent=backend');
    textOf(await board.type('shark task reject T-E07-F20-001 --reason="..."'));

    expect(board.sessionsOf(one)).toMatchObject([{ outcome: 'rejected', notes: '...' }]);
  });

  it('block closes the session as blocked', async () => {
    await board.type('shark task claim T-E07-F20-001 --agent=backend');
    textOf(await board.type('shark task block T-E07-F20-001 --reason="Waits for the API key"'));

    expect(board.statusOf(one)).toBe('blocked');
    expect(board.sessionsOf(one)).toMatchObject([{ outcome: 'blocked', notes: 'Waits for the API key' }]);
  });

  describe('a second claim', () => {
    const since = '2026-01-11 10:00:00';
    const message = `Task already claimed by agent 'backend' since ${since}`;
    beforeEach(() => {
      board.put(three, 'in_development');
      board.record({ key: three, agentId: 'backend', startedAt: '2026-01-11T10:00:00Z' });
    });

    it.each(['shark task claim T-E07-F20-003 --agent=frontend', 'shark task claim T-E07-F20-003'])(
      'by %s fails and names the current agent',
      async (line) => {
        expect(await board.type(line)).toEqual({
          code: 1,
          stdout: '',
          stderr: `Error: ${message}. ${toComplete}\n`,
        });
        expect(board.sessionsOf(three)).toMatchObject([{ agent_id: 'backend', ended_at: null }]);
      },
    );

    it('returns the active session with --json', async () => {
      const failure = failureOf(await board.type('shark task claim T-E07-F20-003 --agent=frontend --json'));

      expect(failure).toEqual({
        exitCode: 1,
        code: 'TASK_ALREADY_CLAIMED',
        message,
        suggestion: toComplete,
        details: {
          active_session: {
            id: `TaskSession:${String(board.sessionsOf(three)[0]?.id)}`,
            agent_id: 'backend',
            started_at: '2026-01-11T10:00:00.000Z',
          },
        },
      });
    });
  });

  it('claim closes a leftover session of the task as abandoned', async () => {
    board.record({ key: one, agentId: 'gone', startedAt: '2026-01-11T10:00:00Z' });
    const ended = await board.type('shark task claim T-E07-F20-001 --agent=backend');

    expect(ended.code).toBe(0);
    expect(board.statusOf(one)).toBe('in_development');
    expect(board.sessionsOf(one)).toMatchObject([
      { agent_id: 'gone', outcome: 'abandoned' },
      { agent_id: 'backend', ended_at: null },
    ]);
  });

  it.each([
    ['finish', 'shark task finish T-E07-F20-001', 'ready_for_code_review'],
    ['reject', 'shark task reject T-E07-F20-001 --reason="..."', 'ready_for_refinement'],
  ])('%s without a session moves the task and prints a warning', async (_name, line, status) => {
    board.put(one, 'in_development');
    const { code, stderr } = await board.type(line);

    expect({ code, stderr }).toEqual({ code: 0, stderr: `Warning: ${noSession}\n` });
    expect(board.statusOf(one)).toBe(status);
    expect(board.sessionsOf(one)).toEqual([]);
  });

  it('the warning is part of the JSON output', async () => {
    board.put(one, 'in_development');
    const finished = answerOf(movedAnswer, await board.type('shark task finish T-E07-F20-001 --json'));

    expect(finished).toMatchObject({ status: 'ready_for_code_review', session: null, warnings: [noSession] });
  });

  it.each([
    ['claim', 'shark task claim T-E07-F20-001 --agent=backend', 'INSERT', 'ready_for_development'],
    ['finish', 'shark task finish T-E07-F20-001', 'UPDATE OF outcome', 'in_development'],
    ['reject', 'shark task reject T-E07-F20-001 --reason="..."', 'UPDATE OF outcome', 'in_development'],
  ])('%s changes nothing if the session cannot be written', async (_name, line, event, status) => {
    board.put(one, status);
    if (status === 'in_development')
      board.record({ key: one, agentId: 'backend', startedAt: '2026-01-11T10:00:00Z' });
    const before = board.sessionsOf(one);
    board.change(`CREATE TRIGGER refuse BEFORE ${event} ON task_sessions
      BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
    const { code, stdout } = await board.type(line);
    board.change('DROP TRIGGER refuse');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(board.statusOf(one)).toBe(status);
    expect(board.sessionsOf(one)).toEqual(before);
    expect(
      board.rows('SELECT 1 FROM task_history JOIN tasks ON tasks.id = task_id WHERE key = ?', one),
    ).toEqual([]);
  });

  describe('stale sessions', () => {
    const keys = [1, 2, 3, 4, 5].map((number) => `T-E07-F20-01${number}`);
    const hours = [9, 5, 3, 2, 0.1];
    beforeEach(() => {
      for (const [index, key] of keys.entries()) {
        board.put(key, 'in_development');
        board.record({ key, agentId: `agent-${index + 1}`, startedAt: '2026-01-11T10:00:00Z' });
        board.startedAgo(key, (hours[index] ?? 0) * 60);
      }
    });
    const [oldest = '', second = '', ...fresh] = keys;

    it('lists exactly the sessions older than four hours, and abandons them one by one', async () => {
      const { session_count, sessions } = answerOf(
        sessionsAnswer,
        await board.type('shark task sessions --active --stale=4h --json'),
      );

      expect(session_count).toBe(2);
      expect(sessions).toMatchObject([
        { task_key: oldest, agent_id: 'agent-1', time_since_start: expect.stringMatching(/^PT9H/) },
        { task_key: second, agent_id: 'agent-2', time_since_start: expect.stringMatching(/^PT5H/) },
      ]);

      for (const { session_id } of sessions)
        textOf(await board.type(`shark session abandon ${session_id} --reason="no heartbeat"`));
      for (const key of [oldest, second]) {
        expect(board.sessionsOf(key)).toMatchObject([
          { outcome: 'abandoned', ended_at: expect.any(String), notes: 'no heartbeat' },
        ]);
        expect(board.statusOf(key)).toBe('ready_for_development');
      }
    });

    it('abandons all stale sessions at once, and no others', async () => {
      const abandoned = answerOf(
        sessionsAnswer.extend({ remaining: z.literal(0) }),
        await board.type('shark session abandon --stale=4h --json'),
      );

      expect(abandoned.sessions.map(({ task_key }) => task_key).toSorted()).toEqual([oldest, second]);
      for (const key of [oldest, second])
        expect(board.sessionsOf(key)).toMatchObject([{ outcome: 'abandoned', ended_at: expect.any(String) }]);
      for (const key of fresh)
        expect(board.sessionsOf(key)).toMatchObject([{ outcome: null, ended_at: null }]);
      expect(textOf(await board.type('shark task sessions --active --stale=4h'))).toBe(
        'No session is stale.\n',
      );
    });
  });
});
