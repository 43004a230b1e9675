import type {
  DependencyPartsFragment,
  NextPhasePartsFragment,
  SessionPartsFragment,
  StatisticsFragment,
} from '../../client/generated/graphql.ts';
import { formatDuration } from '../../shared/duration.ts';
import { withEscapes } from '../../shared/terminal-text.ts';

/** The output of `--json`. Scripts depend on its field names: do not rename or remove fields. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Formats JSON with escaped control characters, so that it is safe to print on a terminal. */
export function jsonText(json: Json, indent?: number): string {
  return withEscapes(JSON.stringify(json, null, indent));
}

export function dependencyJson({ key, status, state }: DependencyPartsFragment) {
  return { task_key: key, status, state: state.toLowerCase() } satisfies Json;
}

export function sessionJson(session: SessionPartsFragment) {
  return {
    session_id: session.id,
    task_key: session.task.key,
    agent_id: session.agentId,
    agent_type: session.agentType,
    phase: session.phase,
    started_at: session.startedAt,
    last_heartbeat_at: session.lastHeartbeatAt,
    ended_at: session.endedAt,
    outcome: session.outcome?.toLowerCase() ?? null,
    notes: session.notes,
    duration_minutes: session.durationMinutes,
    elapsed_minutes: session.elapsedMinutes,
    /** The time since the session started, as an ISO 8601 duration. Null for a closed session. */
    time_since_start: session.isActive ? formatDuration(wholeSeconds(session.elapsedMinutes)) : null,
    task_status: session.task.status,
  } satisfies Json;
}

export function nextPhaseJson(next: NextPhasePartsFragment | null) {
  return next === null ? null : { phase: next.phase, status: next.status, agent_types: next.agentTypes };
}

/** Durations are in minutes. Percentages are from 0 to 100. `completion_rate` is a share from 0 to 1. */
export function statisticsJson(statistics: StatisticsFragment) {
  const { completionRatePct } = statistics;
  return {
    avg_duration_minutes: statistics.avgDurationMinutes,
    median: statistics.medianMinutes,
    p50: statistics.p50Minutes,
    p85: statistics.p85Minutes,
    p90: statistics.p90Minutes,
    p95: statistics.p95Minutes,
    p99: statistics.p99Minutes,
    total_minutes: statistics.totalMinutes,
    completed_count: statistics.completedCount,
    rejected_count: statistics.rejectedCount,
    blocked_count: statistics.blockedCount,
    abandoned_count: statistics.abandonedCount,
    rejection_rate_pct: statistics.rejectionRatePct,
    ...completionJson(completionRatePct),
    abandoned_rate_pct: statistics.abandonedRatePct,
  };
}

export function completionJson(completionRatePct: number | null) {
  return {
    completion_rate: completionRatePct === null ? null : share(completionRatePct),
    completion_rate_pct: completionRatePct,
  };
}

/** Converts the field names of a response to snake_case. */
export function snakeCased(value: unknown): Json {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [snakeCase(name), snakeCased(each)]),
    );
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Converts a percentage with one decimal to a share from 0 to 1. */
function share(percent: number): number {
  return Math.round(percent * 10) / 1_000;
}

function wholeSeconds(minutes: number): number {
  return Math.floor(minutes * 60) * 1_000;
}
