import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Board, type BoardSession, openBoard } from '../support/board.ts';
import {
  agentsAnswer,
  answerOf,
  exportAnswer,
  phasesAnswer,
  sessionsAnswer,
  taskSessionsAnswer,
  textOf,
} from '../support/shark-answers.ts';
import { ways } from '../support/shell.ts';

/*
 * The stories and scenarios of the requirement about queries, with its original command lines.
 * All tests query the same sessions, and none changes them.
 */

const one = 'T-E07-F20-001';
const two = 'T-E07-F20-002';
const elsewhere = 'T-E08-F01-001';
const open = ['T-E07-F20-003', 'T-E07-F20-004', 'T-E07-F20-005'] as const;

const ended: readonly BoardSession[] = [
  { key: one, agentId: 'backend', startedAt: '2026-01-11T10:00:00Z', minutes: 30, outcome: 'rejected' },
  { key: one, agentId: 'ada', agentType: 'backend', startedAt: '2026-01-12T10:00:00Z', minutes: 45 },
  { key: one, agentId: 'rita', phase: 'review', startedAt: '2026-01-13T10:00:00Z', minutes: 12 },
  {
    key: two,
    agentId: 'backend',
    startedAt: '2025-12-20T10:00:00Z',
    minutes: 600,
    notes: 'a "long", long day',
  },
  { key: two, agentId: 'backend', startedAt: '2026-01-14T10:00:00Z', minutes: 21, outcome: 'blocked' },
  { key: two, agentId: 'backend', startedAt: '2026-01-14T12:00:00Z', minutes: 60, outcome: 'abandoned' },
  { key: two, agentId: 'backend', startedAt: '2026-01-14T14:00:00Z', minutes: 15 },
  { key: elsewhere, agentId: 'rita', phase: 'qa', startedAt: '2026-01-15T10:00:00Z', minutes: 90 },
];

describe.each(ways)('%s', (way) => {
  let board: Board;
  beforeAll(async () => {
    board = await openBoard(way);
    for (const key of [one, two, elsewhere, ...open]) board.put(key, 'in_development');
    board.change(`INSERT INTO epics (key, title, status, priority) VALUES ('E08', 'Other', 'active', 'low');
      INSERT INTO features (epic_id, key, title, status) SELECT id, 'E08-F01', 'Other', 'active' FROM epics WHERE key = 'E08';
      UPDATE tasks SET feature_id = (SELECT id FROM features WHERE key = 'E08-F01') WHERE key = '${elsewhere}'`);
    board.record(...ended);
    const [fresh, byType, byId] = open;
    board.record(
      { key: fresh, agentId: 'backend', startedAt: '2026-01-16T10:00:00Z' },
      { key: byType, agentId: 'bob', agentType: 'backend', startedAt: '2026-01-16T10:00:00Z' },
      { key: byId, agentId: 'frontend', startedAt: '2026-01-16T10:00:00Z' },
    );
    board.startedAgo(fresh, 180);
    board.startedAgo(byType, 300);
    board.startedAgo(byId, 600);
  });
  afterAll(() => board[Symbol.asyncDispose]());

  describe('sessions of a task', () => {
    it('are listed with all fields and the total, most recent first', async () => {
      const [, ...lines] = textOf(await board.type('shark task sessions T-E07-F20-001'))
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '');

      expect(lines.map((line) => line.split(/ {2,}/).slice(0, 6))).toEqual([
        ['AGENT', 'PHASE', 'STARTED (UTC)', 'ENDED (UTC)', 'DURATION', 'OUTCOME'],
        ['rita', 'review', '2026-01-13 10:00:00', '2026-01-13 10:12:00', '12m', 'completed'],
        ['ada', 'development', '2026-01-12 10:00:00', '2026-01-12 10:45:00', '45m', 'completed'],
        ['backend', 'development', '2026-01-11 10:00:00', '2026-01-11 10:30:00', '30m', 'rejected'],
        ['3 sessions, 1h 27m in all, 66.7% completed'],
      ]);
    });

    it('are printed as JSON', async () => {
      const { sessions, ...rest } = answerOf(
        taskSessionsAnswer,
        await board.type('shark task sessions T-E07-F20-001 --json'),
      );

      expect(rest).toEqual({
        task_key: one,
        status: 'in_development',
        session_count: 3,
        total_minutes: 87,
        completion_rate: 0.667,
        completion_rate_pct: 66.7,
      });
      expect(
        sessions.map(({ agent_id, started_at, ended_at, duration_minutes, outcome }) => [
          agent_id,
          started_at,
          ended_at,
          duration_minutes,
          outcome,
        ]),
      ).toEqual([
        ['rita', '2026-01-13T10:00:00.000Z', '2026-01-13T10:12:00.000Z', 12, 'completed'],
        ['ada', '2026-01-12T10:00:00.000Z', '2026-01-12T10:45:00.000Z', 45, 'completed'],
        ['backend', '2026-01-11T10:00:00.000Z', '2026-01-11T10:30:00.000Z', 30, 'rejected'],
      ]);
    });
  });

  describe('stale sessions', () => {
    const [fresh, byType, byId] = open;

    it.each([
      ['shark task sessions --active', [fresh, byType, byId]],
      ['shark task sessions --active --stale=4h', [byId, byType]],
      ['shark task sessions --active --stale=4h --agent=backend', [byType]],
      ['shark task sessions --active --stale=4h --agent=frontend', [byId]],
      ['shark task sessions --active --stale=2h --agent=backend', [byType, fresh]],
      ['shark task sessions --active --stale=4h --epic=E07', [byId, byType]],
      ['shark task sessions --active --stale=4h --epic=E08', []],
    ])('%s', async (line, keys) => {
      const { session_count, sessions } = answerOf(sessionsAnswer, await board.type(`${line} --json`));

      expect(sessions.map(({ task_key }) => task_key)).toEqual(keys);
      expect(session_count).toBe(keys.length);
      for (const { agent_id, time_since_start, ended_at } of sessions)
        expect({ agent_id, time_since_start, ended_at }).toEqual({
          agent_id: expect.any(String),
          time_since_start: expect.stringMatching(/^PT\d+H/),
          ended_at: null,
        });
    });

    it('are listed as text with the task, the agent and the time since the start', async () => {
      const shown = textOf(await board.type('shark task sessions --active --stale=4h'));

      expect(shown).toMatch(
        /^TASK .*AGENT .*SINCE START .*\nT-E07-F20-005 +frontend .* 10h 0m .*\nT-E07-F20-004 +bob .* 5h 0m .*\n\n2 sessions\n$/,
      );
    });
  });

  describe('phase durations', () => {
    /** The expected values, calculated by hand from the sessions above. */
    const development = {
      phase: 'development',
      session_count: 5,
      active_count: 3,
      avg_duration_minutes: 34.2,
      median: 30,
      p50: 30,
      p90: 60,
      p99: 60,
      rejected_count: 1,
      rejection_rate_pct: 20,
      total_minutes: 171,
    };

    it('contain averages, rejections and percentiles, by date and epic', async () => {
      const { phases } = answerOf(
        phasesAnswer,
        await board.type('shark analytics phase-duration --since="2026-01-01" --epic=E07 --json'),
      );

      expect(phases.find(({ phase }) => phase === 'development')).toMatchObject(development);
      expect(phases.find(({ phase }) => phase === 'review')).toMatchObject({ session_count: 1, p99: 12 });
      expect(phases.find(({ phase }) => phase === 'qa')).toMatchObject({ session_count: 0, median: null });
    });

    it('accept a date as window', async () => {
      const { phases } = answerOf(
        phasesAnswer,
        await board.type('shark analytics phase-duration --since="2026-01-01" --json'),
      );

      expect(phases.map(({ phase }) => phase)).toEqual(
        expect.arrayContaining(['development', 'review', 'qa', 'approval']),
      );
      expect(phases.find(({ phase }) => phase === 'development')).toMatchObject(development);
      expect(phases.find(({ phase }) => phase === 'qa')).toMatchObject({ session_count: 1, median: 90 });
    });

    it('count all sessions by default', async () => {
      const { phases } = answerOf(phasesAnswer, await board.type('shark analytics phase-duration --json'));

      expect(phases.find(({ phase }) => phase === 'development')).toMatchObject({
        session_count: 6,
        total_minutes: 771,
        p99: 600,
      });
    });

    it.each(['shark task sessions --stats', 'shark analytics phase-duration'])(
      'are printed as a table: %s',
      async (line) => {
        const shown = textOf(await board.type(line));

        expect(shown).toMatch(/^PHASE +SESSIONS +AVERAGE .*MEDIAN +P90 +REJECTED +ACTIVE\n/);
        expect(shown).toMatch(/\ndevelopment +6 +2h 9m .* 38m +10h 0m +16\.7% +3\n/);
        expect(shown).toMatch(/\nreview +1 +12m .* 12m +12m +0% +0\n/);
      },
    );
  });

  describe('agent performance', () => {
    it('is sorted by the number of sessions', async () => {
      const { agents } = answerOf(agentsAnswer, await board.type('shark analytics agent-performance --json'));

      expect(
        agents.map(({ agent_id, total_sessions, active_sessions, completion_rate }) => [
          agent_id,
          total_sessions,
          active_sessions,
          completion_rate,
        ]),
      ).toEqual([
        // Two of four: the abandoned session counts neither as completed nor as rejected.
        ['backend', 5, 1, 0.5],
        ['rita', 2, 0, 1],
        ['ada', 1, 0, 1],
        ['bob', 0, 1, null],
        ['frontend', 0, 1, null],
      ]);
      expect(agents[0]?.avg_duration_minutes).toBeCloseTo((30 + 600 + 21 + 60 + 15) / 5, 1);
    });

    it.each([
      ['--agent=rita', ['rita']],
      ['--agent=backend', ['backend', 'ada', 'bob']],
    ])('filters by an agent or a type of agents: %s', async (option, ids) => {
      const { agents } = answerOf(
        agentsAnswer,
        await board.type(`shark analytics agent-performance ${option} --json`),
      );

      expect(agents.map(({ agent_id }) => agent_id)).toEqual(ids);
    });

    it('is printed as a table', async () => {
      expect(textOf(await board.type('shark analytics agent-performance'))).toMatch(
        /^AGENT +TYPE +SESSIONS +AVERAGE +COMPLETED .*\nbackend .* 5 +2h 25m +50% .*\nrita .*\nada /,
      );
    });
  });

  describe('export', () => {
    const record = z.object({
      task_key: z.string(),
      agent_id: z.string(),
      agent_type: z.string(),
      phase: z.string(),
      started_at: z.string(),
      ended_at: z.string(),
      duration_minutes: z.string(),
      outcome: z.string(),
      notes: z.string(),
    });
    const exported = async (line: string) => {
      const { file, session_count } = answerOf(exportAnswer, await board.type(`${line} --json`));
      const path = join(board.folder, file);
      const records = z.array(record).parse(parse(readFileSync(path), { columns: true, bom: true }));
      rmSync(path);
      expect(records).toHaveLength(session_count);
      return records;
    };

    it('writes a file with the time in its name, and all fields of all sessions', async () => {
      const before = new Date();
      const { code, stdout: said, stderr } = await board.type('shark task sessions --export=csv');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [, file = '', time = ''] =
        /^11 sessions in (sessions-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)\.csv)\n$/.exec(said) ?? [];

      const at = Date.parse(`${time.slice(0, 11)}${time.slice(11).replaceAll('-', ':')}Z`);
      expect(at).toBeGreaterThan(before.getTime() - 1_000);
      expect(at).toBeLessThanOrEqual(Date.now());
      expect(readdirSync(board.folder).filter((name) => name.startsWith('sessions-'))).toEqual([file]);
      const records = z
        .array(record)
        .parse(parse(readFileSync(join(board.folder, file)), { columns: true, bom: true }));
      rmSync(join(board.folder, file));
      expect(records).toContainEqual({
        task_key: two,
        agent_id: 'backend',
        agent_type: '',
        phase: 'development',
        started_at: '2025-12-20T10:00:00.000Z',
        ended_at: '2025-12-20T20:00:00.000Z',
        duration_minutes: '600',
        outcome: 'completed',
        notes: 'a "long", long day',
      });
      expect(
        records
          .filter(({ outcome }) => outcome === '')
          .map(({ task_key }) => task_key)
          .toSorted(),
      ).toEqual([...open]);
    });

    it.each([
      ['--since=2026-01-15 --until=2026-01-16', [elsewhere]],
      ['--agent=rita --epic=E07', [one]],
      ['--agent=backend --outcome=blocked', [two]],
      ['--agent=rita --since=2027-01-01', []],
    ])('contains only the selected sessions: %s', async (options, keys) => {
      const records = await exported(`shark task sessions --export=csv ${options}`);

      expect(records.map(({ task_key }) => task_key)).toEqual(keys);
    });
  });
});
