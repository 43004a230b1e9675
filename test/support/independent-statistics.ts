import type { SessionStatistics } from '../../src/domain/analytics/session-statistics.ts';
import type { AnalyticsFilter } from '../../src/domain/analytics/filter.ts';
import type { SessionRow } from './analytics-database.ts';

/* Simple, independent implementations of the definitions. They share no code with the product. */

export interface ExportedRow extends SessionRow {
  id: number;
  duration: number | null;
  feature: string;
  epic: string;
}

export const isEnded = (row: ExportedRow) => row.ended_at !== null;

export function isChosen(row: ExportedRow, filter: AnalyticsFilter): boolean {
  if (filter.epicKey && row.epic !== filter.epicKey) return false;
  if (filter.featureKey && row.feature !== filter.featureKey) return false;
  if (filter.agent && row.agent_id !== filter.agent && row.agent_type !== filter.agent) return false;
  if (filter.agentId && row.agent_id !== filter.agentId) return false;
  if (filter.agentType && row.agent_type !== filter.agentType) return false;
  return !filter.phase || row.phase === filter.phase;
}

/** Whether the end is in the half-open window. */
export function isCounted(row: ExportedRow, filter: AnalyticsFilter): boolean {
  if (row.ended_at === null || !isChosen(row, filter)) return false;
  if (filter.since && row.ended_at.getTime() < filter.since.getTime()) return false;
  return !(filter.until && row.ended_at.getTime() >= filter.until.getTime());
}

export function nearestRank(values: readonly number[], percent: number): number | null {
  const reaching = values.filter(
    (value) => values.filter((other) => other <= value).length * 100 >= percent * values.length,
  );
  return reaching.length === 0 ? null : Math.min(...reaching);
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

export function oneDecimal(part: number, whole: number): number | null {
  return whole === 0 ? null : Number((Math.round((1_000 * part) / whole) / 10).toFixed(1));
}

export function statisticsOf(rows: readonly ExportedRow[]): SessionStatistics {
  const durations = rows.map(({ duration }) => duration ?? Number.NaN);
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  return {
    sessions: rows.length,
    completed: count('completed'),
    rejected: count('rejected'),
    blocked: count('blocked'),
    abandoned: count('abandoned'),
    totalMinutes: Number(total.toFixed(3)),
    averageMinutes: rows.length === 0 ? null : Number((total / rows.length).toFixed(3)),
    median: median(durations),
    p50: nearestRank(durations, 50),
    p85: nearestRank(durations, 85),
    p90: nearestRank(durations, 90),
    p95: nearestRank(durations, 95),
    p99: nearestRank(durations, 99),
  };
}
