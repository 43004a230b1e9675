import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Board, openBoard } from '../support/board.ts';
import type { Ended } from '../support/program.ts';
import { ways } from '../support/shell.ts';
import {
  answerOf,
  phasesAnswer,
  sessionsAnswer,
  taskSessionsAnswer,
  textOf,
} from '../support/shark-answers.ts';

/* The manual test scenarios of the requirement. Instead of waiting, the tests change times in the table. */

describe.each(ways)('%s', (way) => {
  let board: Board;
  beforeAll(async () => {
    board = await openBoard(way);
  });
  afterAll(() => board[Symbol.asyncDispose]());
  beforeEach(() => board.change('DELETE FROM tasks'));

  it('1: basic session tracking', async () => {
    const key = 'T-E07-F99-001';
    textOf(await board.type('shark feature create "Trial" --epic=E07 --key=E07-F99'));
    textOf(
      await board.type(
        `shark task create "Trial" --feature=E07-F99 --key=${key} --status=ready_for_development`,
      ),
    );

    textOf(await board.type('shark task claim T-E07-F99-001 --agent=backend'));
    const open = textOf(await board.type('shark task sessions T-E07-F99-001'));
    expect(open).toMatch(/\nbackend +development +\S+ \S+ +– .* active /);
    expect(open).toMatch(/\n1 session, .* in all, 0% completed\n$/);

    board.pass(5);
    const finished = textOf(await board.type('shark task finish T-E07-F99-001 --notes="Test complete"'));
    expect(finished).toContain('completed after 5m\n');

    expect(textOf(await board.type('shark task sessions T-E07-F99-001'))).toMatch(
      /\nbackend +development .* 5m +completed +Test complete .*\n\n1 session, 5m in all, 100% completed\n$/,
    );
    const { sessions, ...task } = answerOf(
      taskSessionsAnswer,
      await board.type('shark task sessions T-E07-F99-001 --json'),
    );
    expect(task).toMatchObject({ task_key: key, status: 'ready_for_code_review', completion_rate: 1 });
    expect(sessions).toMatchObject([{ agent_id: 'backend', outcome: 'completed', notes: 'Test complete' }]);
    expect(sessions[0]?.duration_minutes).toBeCloseTo(5, 0);
  });

  it('2: stale session detection', async () => {
    const [first, old, last] = ['T-E07-F20-001', 'T-E07-F20-002', 'T-E07-F20-003'] as const;
    for (const key of [first, old, last]) {
      board.put(key);
      textOf(await board.type(`shark task claim ${key} --agent=backend`));
    }
    board.startedAgo(old, 300);

    const shown = textOf(await board.type('shark task sessions --active --stale=4h'));
    expect(shown).toMatch(/\nT-E07-F20-002 +backend .* 5h 0m .*\n\n1 session\n$/);
    expect(shown).not.toContain(first);
    expect(shown).not.toContain(last);
    const { sessions } = answerOf(
      sessionsAnswer,
      await board.type('shark task sessions --active --stale=4h --json'),
    );
    expect(sessions.map(({ task_key }) => task_key)).toEqual([old]);
  });

  it('3: multiple sessions of a task', async () => {
    const key = 'T-E07-F20-001';
    board.put(key);
    textOf(await board.type(`shark task claim ${key} --agent=backend`));
    board.pass(10);
    textOf(await board.type(`shark task reject ${key} --reason="Tests missing"`));
    textOf(await board.type(`shark task claim ${key} --agent=architect`));
    board.pass(15);
    textOf(await board.type(`shark task finish ${key}`));

    const { sessions, session_count, completion_rate } = answerOf(
      taskSessionsAnswer,
      await board.type(`shark task sessions ${key} --json`),
    );
    expect({ session_count, completion_rate }).toEqual({ session_count: 2, completion_rate: 0.5 });
    expect(sessions).toMatchObject([
      { agent_id: 'architect', phase: 'planning', outcome: 'completed' },
      { agent_id: 'backend', phase: 'development', outcome: 'rejected', notes: 'Tests missing' },
    ]);
    expect(sessions.map(({ duration_minutes }) => Math.round(duration_minutes ?? 0))).toEqual([15, 10]);
    expect(textOf(await board.type(`shark task sessions ${key}`))).toMatch(
      /\narchitect .* 15m +completed .*\nbackend .* 10m +rejected +Tests missing .*\n\n2 sessions, 25m in all, 50% completed\n$/,
    );
  });

  it('4: the analytics match the sessions', { timeout: 60_000 }, async () => {
    const work = plannedWork();
    for (const { key, agentId, phase, status, minutes, isRejected } of work) {
      board.put(key, status);
      board.record({ key, agentId, phase, startedAt: new Date().toISOString() });
      board.startedAgo(key, minutes);
      const close = isRejected ? `reject ${key} --reason="Not yet"` : `finish ${key}`;
      textOf(await board.type(`shark task ${close}`));
    }
    expectTrueToPlan(board, work);

    expectNumbersOfRows(board, await board.type('shark analytics phase-duration --json'));
  });

  it('the analytics of a hundred tasks with different percentiles match the sessions', async () => {
    const phases = ['development', 'review', 'qa', 'approval'];
    const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
    for (const number of numbers) {
      const key = `T-E07-F20-${String(number).padStart(3, '0')}`;
      board.put(key, 'completed');
      board.record({
        key,
        agentId: `agent-${number % 7}`,
        phase: phases[number % phases.length] ?? '',
        startedAt: '2026-01-11T10:00:00Z',
        // All durations differ, and none is a whole number of minutes.
        minutes: ((number * 37) % 101) + 0.4,
        outcome: number % 9 === 0 ? 'rejected' : 'completed',
      });
    }

    expectNumbersOfRows(
      board,
      await board.type('shark analytics phase-duration --since="2026-01-01" --json'),
    );
  });
});

/** Expects the values of each phase to match the rows to a tenth of a minute. */
function expectNumbersOfRows(board: Board, ended: Ended): void {
  const { phases } = answerOf(phasesAnswer, ended);
  for (const phase of ['development', 'review', 'qa', 'approval']) {
    const told = phases.find((row) => row.phase === phase);
    const { session_count, rejected_count, rejection_rate_pct, ...durations } = countedByHand(
      rawSessions(board, phase),
    );
    expect({ phase, isEmpty: session_count === 0 }).toEqual({ phase, isEmpty: false });
    expect(told).toMatchObject({ session_count, rejected_count, rejection_rate_pct });
    for (const name of ['avg_duration_minutes', 'median', 'p50', 'p90', 'p99', 'total_minutes'] as const)
      expect(told?.[name], `${name} of ${phase}`).toBeCloseTo(durations[name], 1);
  }
}

interface PlannedWork {
  key: string;
  phase: string;
  status: string;
  agentId: string;
  minutes: number;
  isRejected: boolean;
}

/** Twenty tasks over four phases, of 10 to 60 minutes; every fifth is rejected. */
function plannedWork(): PlannedWork[] {
  const phases = [
    { phase: 'development', status: 'in_development' },
    { phase: 'review', status: 'in_code_review' },
    { phase: 'qa', status: 'in_qa' },
    { phase: 'approval', status: 'in_approval' },
  ];
  return Array.from({ length: 5 }, (_, round) =>
    phases.map((where, index) => ({ ...where, number: round * phases.length + index + 1 })),
  )
    .flat()
    .map(({ number, ...where }) => ({
      ...where,
      key: `T-E07-F20-${String(number).padStart(3, '0')}`,
      agentId: `agent-${number % 3}`,
      minutes: 10 + ((number * 17) % 51),
      isRejected: number % 5 === 0,
    }));
}

/** Expects the recorded sessions to match the plan to the minute, so that the comparison has correct input. */
function expectTrueToPlan(board: Board, work: readonly PlannedWork[]): void {
  expect(
    work.flatMap(({ key }) =>
      board.sessionsOf(key).map(({ agent_id, outcome, duration_minutes }) => ({
        key,
        agentId: agent_id,
        outcome,
        minutes: Math.round(Number(duration_minutes)),
      })),
    ),
  ).toEqual(
    work.map(({ key, agentId, isRejected, minutes }) => ({
      key,
      agentId,
      outcome: isRejected ? 'rejected' : 'completed',
      minutes,
    })),
  );
}

interface RawSession {
  minutes: number;
  outcome: unknown;
}

/** Uses the times in the table, not the duration column that the product computes. */
function rawSessions(board: Board, phase: string): RawSession[] {
  return board
    .rows('SELECT started_at, ended_at, outcome FROM task_sessions WHERE phase = ?', phase)
    .map(({ started_at, ended_at, outcome }) => ({
      minutes: (Date.parse(String(ended_at)) - Date.parse(String(started_at))) / 60_000,
      outcome,
    }));
}

function countedByHand(sessions: readonly RawSession[]) {
  const sorted = sessions.map(({ minutes }) => minutes).toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  // Nearest rank: the smallest duration that at least this percentage of the sessions does not exceed.
  const percentile = (percent: number) =>
    at(sorted.findIndex((_, index) => (index + 1) * 100 >= percent * sorted.length));
  const total = sorted.reduce((sum, minutes) => sum + minutes, 0);
  const rejected = sessions.filter(({ outcome }) => outcome === 'rejected').length;
  const middle = (sorted.length - 1) / 2;
  return {
    session_count: sorted.length,
    rejected_count: rejected,
    rejection_rate_pct: Math.round((rejected / sorted.length) * 1_000) / 10,
    avg_duration_minutes: total / sorted.length,
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    p50: percentile(50),
    p90: percentile(90),
    p99: percentile(99),
    total_minutes: total,
  };
}
