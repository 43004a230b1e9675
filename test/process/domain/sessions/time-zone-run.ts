/*
 * time-zone.test.ts runs this in a new process, because a process keeps the time zone of its start.
 * Prints the responses and rows of a server as JSON.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { SessionsDocument } from '../../../../src/client/generated/graphql.ts';
import { testApp } from '../../../support/app.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { claimTask, finishTask, nextTask, taskStory } from '../../../support/mutations.ts';

const adopted = new URL('../../../fixtures/recent-shark-database.sql', import.meta.url);
// Early in the day, so that time zones west of Greenwich still have the day before.
const clock = manualClock('2026-01-11T02:00:00.000Z');
await using app = await testApp({
  clock,
  database: `PRAGMA foreign_keys = OFF; ${readFileSync(adopted, 'utf8')}`,
});

const taskKey = 'T-E01-F01-004';
const next = await nextTask(app, { agentType: 'developer' });
const claimed = await claimTask(app, { taskKey, agentId: 'backend' });
const refused = await claimTask(app, { taskKey, agentId: 'other' });
clock.advance(30 * 60_000);
const finished = await finishTask(app, { taskKey });

const { sessions } = await app.send(SessionsDocument, {
  filter: { since: '2026-01-11', until: '2026-01-12' },
});
const { backupFile } = app.logged.find((entry) => 'backupFile' in entry) ?? {};
const output = {
  next,
  claimed,
  refused,
  finished,
  startedOnThatDay: sessions.totalCount,
  worked: await taskStory(app, taskKey),
  adopted: await taskStory(app, 'T-E01-F01-001'),
  times: await app.post('{ task(key: "T-E01-F01-001") { createdAt updatedAt startedAt completedAt } }'),
  analytics: await app.post(`{
    phaseDurationTrend(bucket: DAY, filter: { since: "2026-01-10", phase: "development" }) {
      since until phases { sessionCount totalMinutes }
    }
    phaseFlow(filter: { since: "2026-01-11" }) { phase waitingNow queueTime { totalMinutes } touchTime { totalMinutes } }
    throughput(bucket: WEEK, filter: { since: "2025-12-20" }) { since created completed }
    cumulativeFlow(bucket: WEEK, filter: { since: "2025-12-20" }) { until total bands { phase taskCount } }
  }`),
  rows: {
    task: app.rows(`SELECT status, created_at, started_at FROM tasks WHERE key = '${taskKey}'`),
    history: app.rows('SELECT * FROM task_history ORDER BY id'),
    sessions: app.rows('SELECT started_at, ended_at, duration_minutes FROM task_sessions'),
  },
  backup: basename(String(backupFile)),
};
console.log(JSON.stringify({ offsetMinutes: new Date(2026, 0, 11).getTimezoneOffset(), output }));
