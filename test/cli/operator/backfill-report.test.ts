import { expect, it } from 'vitest';
import { reportText } from '../../../src/cli/operator/backfill-report.ts';
import type { SkipReason } from '../../../src/domain/backfill/sessions-from-history.ts';

const outcomes = { completed: 0, rejected: 0, blocked: 0, abandoned: 0 };
const skipped = (reason: SkipReason, count: number, status: string | null = null) => ({
  reason,
  status,
  count,
  examples: [7, 8, 9].slice(0, count),
});

it('shows the numbers of read, added and skipped entries, with thousands separators', () => {
  expect(
    reportText({
      dryRun: false,
      tasks: 602,
      rows: 12_345,
      added: 1_003,
      outcomes: { ...outcomes, completed: 1_000, abandoned: 3 },
      phases: [
        { phase: 'development', count: 1_002, averageMinutes: 1_234.56 },
        { phase: 'qa', count: 1, averageMinutes: 0 },
      ],
      skipped: [
        skipped('unknown-status', 1_082, 'in_progress'),
        skipped('no-task', 41),
        skipped('no-status', 5),
        skipped('still-open', 4),
        skipped('unreadable-time', 3),
        skipped('clock-went-back', 2),
        skipped('already-recorded', 2),
      ],
      suggestions: [],
    }),
  ).toBe(`Found 12,345 history rows of 602 tasks.
Added 1,003 sessions: 1,000 completed, 3 abandoned.
  development: 1,002 sessions of 1,234.6 minutes on average
  qa: 1 session of 0.0 minutes on average
Skipped:
  1,082 status changes to 'in_progress', which is not in the workflow (task_history 7, 8, 9, …)
  41 rows of tasks that do not exist (task_history 7, 8, 9, …)
  5 rows without a status (task_history 7, 8, 9, …)
  4 work periods without an end, so they cannot become closed sessions (task_history 7, 8, 9, …)
  3 work periods with an invalid time (task_history 7, 8, 9)
  2 work periods with wrong times, because a clock was set back (task_history 7, 8)
  2 work periods that already have sessions (task_history 7, 8)`);
});

it('uses the singular for one, and the conditional for a dry run', () => {
  expect(
    reportText({
      dryRun: true,
      tasks: 1,
      rows: 1,
      added: 0,
      outcomes,
      phases: [],
      skipped: [
        skipped('unknown-status', 1, 'in_progress'),
        skipped('no-task', 1),
        skipped('no-status', 1),
        skipped('still-open', 1),
        skipped('unreadable-time', 1),
        skipped('clock-went-back', 1),
        skipped('already-recorded', 1),
      ],
      suggestions: [
        { formerName: 'in_progress', status: 'in_development', added: 1, corrected: 0 },
        { formerName: 'ready_for_review', status: 'ready_for_code_review', added: 0, corrected: 1_002 },
      ],
    }),
  ).toBe(`Found 1 history row of 1 task.
Would add 0 sessions.
Skipped:
  1 status change to 'in_progress', which is not in the workflow (task_history 7)
  1 row of a task that does not exist (task_history 7)
  1 row without a status (task_history 7)
  1 work period without an end, so it cannot become a closed session (task_history 7)
  1 work period with an invalid time (task_history 7)
  1 work period with wrong times, because a clock was set back (task_history 7)
  1 work period that already has a session (task_history 7)
'in_progress' is probably a former name of 'in_development'. To add 1 more session, use --map in_progress=in_development
'ready_for_review' is probably a former name of 'ready_for_code_review'. To correct the outcome of 1,002 sessions, use --map ready_for_review=ready_for_code_review
Dry run: nothing was changed.`);
});
