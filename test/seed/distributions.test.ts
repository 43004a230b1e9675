import type { Connection } from '../../src/db/sqlite/driver.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workIn } from '../../seed/distributions.ts';
import { historyMs } from '../../seed/working-hours.ts';
import { hourMs, minuteMs } from '../../seed/time.ts';
import { databaseTime } from '../../src/db/sqlite/database-time.ts';
import { defaultWorkflow } from '../domain/workflow/workflows.ts';
import { rows, seeded, until } from './seeded.ts';

let connection: Connection;
const sessions = 20_000;

beforeAll(async () => {
  ({ connection } = await seeded({ sessions }));
});
afterAll(() => connection.close());

function countWhere(condition: string, table = 'task_sessions'): number {
  return Number(connection.prepare(`SELECT COUNT(*) FROM ${table} WHERE ${condition}`).pluck().get());
}

const values = (sql: string) => rows(connection, sql).map(({ value }) => value);
const phases = ['planning', 'development', 'review', 'qa', 'approval'];

describe('the duration of sessions', () => {
  it.each(phases)('is log-normal in %s', (phase) => {
    const minutes = values(
      `SELECT duration_minutes AS value FROM task_sessions WHERE phase = '${phase}' AND outcome = 'completed' ORDER BY 1`,
    ).map(Number);
    const percentile = (percent: number) => minutes[Math.ceil((minutes.length * percent) / 100) - 1] ?? 0;
    const { medianMs, sigma } = workIn(phase).duration;
    // The speed of agents varies, which shifts the median and widens the distribution slightly.
    expect(percentile(50) / (medianMs / minuteMs)).toBeGreaterThan(0.8);
    expect(percentile(50) / (medianMs / minuteMs)).toBeLessThan(1.25);
    // Ten percent of a normal distribution lie more than 1.2816 standard deviations above the mean.
    const widened = Math.hypot(sigma, 0.2);
    expect(percentile(90) / percentile(50)).toBeCloseTo(Math.exp(1.2816 * widened), 0);
    expect(percentile(50) / percentile(10)).toBeCloseTo(Math.exp(1.2816 * widened), 0);
  });
});

describe('the data contain', () => {
  it.each([
    ['completed', 75, 85],
    ['rejected', 10, 15],
    ['blocked', 2, 4],
    ['abandoned', 3, 6],
  ])('%s sessions: %i to %i percent', (outcome, least, most) => {
    const percent = (countWhere(`outcome = '${outcome}'`) / sessions) * 100;
    expect(percent).toBeGreaterThan(least);
    expect(percent).toBeLessThan(most);
  });

  it('every phase and every agent type', () => {
    expect(new Set(values('SELECT phase AS value FROM task_sessions'))).toEqual(new Set(phases));
    const types = [...defaultWorkflow.statuses.values()].flatMap(({ agentTypes }) => agentTypes);
    expect(new Set(values('SELECT agent_type AS value FROM task_sessions'))).toEqual(new Set(types));
    expect(values('SELECT DISTINCT agent_id AS value FROM task_sessions')).toHaveLength(40);
  });

  it('every status in the history, and most statuses among the tasks', () => {
    const statuses = new Set(defaultWorkflow.statuses.keys());
    expect(new Set(values('SELECT new_status AS value FROM task_history'))).toEqual(statuses);
    expect(values('SELECT DISTINCT status AS value FROM tasks').length).toBeGreaterThan(statuses.size - 4);
  });

  it('active sessions, some stale, some with a heartbeat, at most one per task', () => {
    const fourHoursBefore = databaseTime(until.getTime() - 4 * hourMs);
    const active = countWhere('ended_at IS NULL');
    const stale = countWhere(`ended_at IS NULL AND started_at <= '${fourHoursBefore}'`);
    expect(active).toBeGreaterThan(8);
    expect(active).toBeLessThan(40);
    expect(stale).toBeGreaterThan(0);
    expect(stale).toBeLessThan(active * 0.75);
    expect(countWhere('ended_at IS NULL AND last_heartbeat_at IS NOT NULL')).toBeGreaterThan(0);
    expect(
      values('SELECT COUNT(DISTINCT task_id) AS value FROM task_sessions WHERE ended_at IS NULL'),
    ).toEqual([active]);
  });

  it('one reviewer that is stricter than all others', () => {
    const [first, second] = rows(
      connection,
      `SELECT agent_id, AVG(outcome = 'rejected') AS rate FROM task_sessions WHERE phase = 'review'
       GROUP BY agent_id ORDER BY rate DESC`,
    );
    expect(first?.agent_id).toBe('code-reviewer-4');
    expect(Number(first?.rate)).toBeGreaterThan(1.5 * Number(second?.rate));
  });

  it.each([',', '"', '\n', '🚀'])('notes with %j, to test exports', (part) => {
    expect(countWhere(`notes LIKE '%${part}%'`)).toBeGreaterThan(0);
  });

  it.each(['=', '+', '@'])('notes that start with %s, like formulas', (beginning) => {
    expect(countWhere(`notes LIKE '${beginning}%'`)).toBeGreaterThan(0);
  });
});

describe('sessions start', () => {
  it('over half a year, with more sessions in each month', () => {
    const month = (number: number) => {
      const at = (part: number) => new Date(until.getTime() - historyMs * part).toISOString();
      return countWhere(
        `started_at > '${at(1 - number / 6)}' AND started_at <= '${at(1 - (number + 1) / 6)}'`,
      );
    };
    const months = [0, 1, 2, 3, 4, 5].map(month);
    expect(months).toEqual(months.toSorted((one, other) => one - other));
    expect(months[0]).toBeGreaterThan(sessions / 50);
  });

  it('rarely at night and on weekends', () => {
    const perHour = (from: number, to: number) =>
      countWhere(
        `CAST(substr(started_at, 12, 2) AS INTEGER) >= ${from} AND CAST(substr(started_at, 12, 2) AS INTEGER) < ${to}`,
      ) /
      (to - from);
    expect(perHour(0, 6)).toBeLessThan(perHour(8, 18) / 2);
    const onDays = (days: string) =>
      countWhere(`strftime('%w', started_at) IN (${days})`) / days.split(',').length;
    expect(onDays(`'0', '6'`)).toBeLessThan(onDays(`'1', '2', '3', '4', '5'`) * 0.75);
  });
});

describe('the keys', () => {
  it('follow the key format: ten features per epic, 20 to 40 tasks per feature', () => {
    expect(values('SELECT key AS value FROM tasks LIMIT 1')).toEqual(['T-E01-F01-001']);
    for (const key of values('SELECT key AS value FROM tasks')) expect(key).toMatch(/^T-E\d\d-F\d\d-\d{3}$/);
    const sizes = values('SELECT COUNT(*) AS value FROM tasks GROUP BY feature_id ORDER BY feature_id').map(
      Number,
    );
    for (const size of sizes.slice(0, -1)) {
      expect(size).toBeGreaterThanOrEqual(20);
      expect(size).toBeLessThanOrEqual(40);
    }
    const features = values('SELECT COUNT(*) AS value FROM features GROUP BY epic_id ORDER BY epic_id');
    expect(features.slice(0, -1).every((size) => size === 10)).toBe(true);
  });
});
