import { sql } from 'kysely';
import { outcomes } from '../../shared/outcomes.ts';
import {
  createSample,
  percentage,
  roundedMinutes,
  sumOf,
  type SampleSummary,
  summaryOf,
} from '../../shared/statistics.ts';
import { durationThousandths, minutesOfThousandths } from './duration-thousandths.ts';

/**
 * Statistics of ended sessions. The average, median and percentiles are in minutes, or null if there are no sessions.
 */
export interface SessionStatistics extends Readonly<SampleSummary> {
  readonly sessions: number;
  readonly completed: number;
  readonly rejected: number;
  readonly blocked: number;
  readonly abandoned: number;
  readonly totalMinutes: number;
  readonly averageMinutes: number | null;
}

/** What sessionStatisticsColumn selects. */
export interface SessionStatisticsRow {
  /** A JSON array with one whole number for each session: the duration in thousandths of a minute * 4 + the outcome. */
  sessions: string;
}

const outcomeNumbers = sql.raw(
  outcomes.map((outcome, number) => `WHEN '${outcome}' THEN ${number}`).join(' '),
);

/**
 * A SQL column that collects the durations and outcomes of rows of `task_sessions`. This SQL reads only columns that
 * the analytics indexes contain.
 *
 * SQLite only collects the numbers, because JavaScript counts and adds them faster. JSON is also faster than an aggregate
 * function in JavaScript, which SQLite would have to call for each row.
 */
export const sessionStatisticsColumn = sql`
  json_group_array(${durationThousandths} * 4 + CASE session.outcome ${outcomeNumbers} END) AS sessions`;

export function readSessionStatistics({ sessions: json }: SessionStatisticsRow): SessionStatistics {
  const numbers: number[] = JSON.parse(json);
  const minutes = new Float64Array(numbers.length);
  const counts = new Float64Array(outcomes.length);
  for (let index = 0; index < numbers.length; index += 1) {
    const number = numbers[index] ?? Number.NaN;
    const outcome = number % 4;
    const thousandths = (number - outcome) / 4;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    minutes[index] = minutesOfThousandths(thousandths);
  }
  const total = sumOf(minutes);
  const [completed = 0, rejected = 0, blocked = 0, abandoned = 0] = counts;
  return {
    sessions: numbers.length,
    completed,
    rejected,
    blocked,
    abandoned,
    totalMinutes: roundedMinutes(total),
    averageMinutes: roundedMinutes(total / numbers.length),
    ...summaryOf(createSample(minutes)),
  };
}

export const emptySessionStatistics: SessionStatistics = {
  sessions: 0,
  completed: 0,
  rejected: 0,
  blocked: 0,
  abandoned: 0,
  totalMinutes: 0,
  averageMinutes: null,
  median: null,
  p50: null,
  p85: null,
  p90: null,
  p95: null,
  p99: null,
};

/** The percentage of ended sessions that were rejected, with one decimal. Null if there are no ended sessions. */
export function rejectionRatePct({ rejected, sessions }: SessionStatistics): number | null {
  return percentage(rejected, sessions);
}

/** Completed sessions as a percentage of all ended sessions except abandoned ones. Null if the total is 0. */
export function completionRatePct({ completed, rejected, blocked }: SessionStatistics): number | null {
  return percentage(completed, completed + rejected + blocked);
}

/** The percentage of ended sessions that were abandoned. */
export function abandonedRatePct({ abandoned, sessions }: SessionStatistics): number | null {
  return percentage(abandoned, sessions);
}
