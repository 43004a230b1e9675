import { expect } from 'vitest';
import { z } from 'zod';
import type { Ended } from './program.ts';

/* The output of `shark --json` that other programs rely on. */

const minutes = z.number().nonnegative();
const percent = z.number().min(0).max(100);

export const sessionAnswer = z.object({
  session_id: z.string().regex(/^TaskSession:\d+$/),
  task_key: z.string(),
  agent_id: z.string(),
  agent_type: z.string().nullable(),
  phase: z.string(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  outcome: z.enum(['completed', 'rejected', 'blocked', 'abandoned']).nullable(),
  notes: z.string().nullable(),
  duration_minutes: minutes.nullable(),
  elapsed_minutes: minutes,
  time_since_start: z.string().startsWith('PT').nullable(),
  task_status: z.string(),
});

/** The new state of a task. */
export const movedAnswer = z.object({
  task_key: z.string(),
  status: z.string(),
  previous_status: z.string(),
  session: sessionAnswer.nullable(),
  warnings: z.array(z.string()),
});

export const sessionsAnswer = z.object({ session_count: z.int(), sessions: z.array(sessionAnswer) });

export const taskSessionsAnswer = sessionsAnswer.extend({
  task_key: z.string(),
  status: z.string(),
  total_minutes: minutes,
  completion_rate: z.number().min(0).max(1).nullable(),
  completion_rate_pct: percent.nullable(),
});

const statistics = z.object({
  avg_duration_minutes: minutes.nullable(),
  median: minutes.nullable(),
  p50: minutes.nullable(),
  p90: minutes.nullable(),
  p99: minutes.nullable(),
  total_minutes: minutes,
  rejected_count: z.int(),
  rejection_rate_pct: percent.nullable(),
  completion_rate: z.number().min(0).max(1).nullable(),
});

export const phasesAnswer = z.object({
  phases: z.array(statistics.extend({ phase: z.string(), session_count: z.int(), active_count: z.int() })),
});

export const agentsAnswer = z.object({
  agents: z.array(
    statistics.extend({
      agent_id: z.string(),
      agent_type: z.string().nullable(),
      total_sessions: z.int(),
      active_sessions: z.int(),
    }),
  ),
});

export const exportAnswer = z.object({ file: z.string(), session_count: z.int() });

export const failureAnswer = z.strictObject({
  error: z.strictObject({
    help: z.string().startsWith('docs/troubleshooting.md#').optional(),
    code: z.string(),
    message: z.string(),
    suggestion: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  }),
});

/** The JSON output of a command that succeeded without messages. */
export function answerOf<Answer>(schema: z.ZodType<Answer>, { code, stdout, stderr }: Ended): Answer {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return schema.parse(JSON.parse(stdout));
}

/** The text output of a command that succeeded without messages. */
export function textOf({ code, stdout, stderr }: Ended): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The JSON error of a command that failed: one line on standard error, and no other output. */
export function failureOf({ code, stdout, stderr }: Ended) {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^\{.*\}\n$/);
  return { exitCode: code, ...failureAnswer.parse(JSON.parse(stderr)).error };
}
