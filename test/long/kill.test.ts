import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UnreachableError } from '../../src/client/answer.ts';
import { createClient } from '../../src/client/client.ts';
import { ClaimTaskDocument, FinishTaskDocument } from '../../src/client/generated/graphql.ts';
import { startServerProcess } from '../support/server-process.ts';
import { open, temporaryFolder } from '../support/shark-databases.ts';

const rounds = 10;
const tasksPerRound = 15;

describe('a server that is killed', () => {
  it('keeps all that it acknowledged and nothing by halves, whenever it happens', async () => {
    const databaseFile = join(temporaryFolder(), 'shark.db');
    const settings = { DATABASE_URL: `file:${databaseFile}` };
    // The first start makes the tables.
    let server = await startServerProcess(settings);
    onTestFinished(() => server.kill());
    const database = open(databaseFile);
    let acknowledged = 0;
    let lost = 0;

    for (let round = 1; round <= rounds; round += 1) {
      const requests = requestsOf(database, round, server.url);
      // Counted in answers and not in time, so that a fast machine is hit in the middle as well.
      const answersBefore = 1 + Math.floor(Math.random() * requests.length * 0.75);
      const furtherMs = Math.random() * 10;
      const moment = `round ${round}, killed ${furtherMs.toFixed(1)} ms after answer ${answersBefore}`;

      const answers = requests.map((request) => request());
      await settled(answers, answersBefore);
      await delay(furtherMs);
      await server.kill();
      server = await startServerProcess(settings);

      for (const outcome of await Promise.all(answers)) {
        if (outcome.kind === 'lost') lost += 1;
        if (outcome.kind !== 'acknowledged') continue;
        acknowledged += 1;
        expect({ moment, ...sessionRow(database, outcome.sessionId) }).toMatchObject({
          moment,
          ...outcome.row,
        });
      }
      expect({ moment, contradictions: contradictions(database) }).toEqual({ moment, contradictions: [] });
    }
    await server.stop();
    // Else nothing was tried: the kills have to come between answers.
    expect(acknowledged).toBeGreaterThan(rounds);
    expect(lost).toBeGreaterThan(rounds);
    // Nor would anything be proved by checks that see nothing.
    for (const damage of damages) {
      database.exec(`BEGIN; ${damage}`);
      expect({ damage, seen: contradictions(database).length > 0 }).toEqual({ damage, seen: true });
      database.exec('ROLLBACK');
    }
  });
});

/** Each undoes a part of what belongs together. */
const damages = [
  'DELETE FROM task_history WHERE id = (SELECT MAX(id) FROM task_history)',
  "UPDATE tasks SET status = 'in_qa' WHERE id = 1",
  'UPDATE tasks SET assigned_agent = NULL',
  'DELETE FROM task_sessions WHERE ended_at IS NULL',
  `DROP INDEX idx_task_sessions_one_active_per_task;
   INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
   SELECT task_id, agent_id, phase, claimed_from, claimed_to, started_at FROM task_sessions WHERE ended_at IS NULL`,
];

type Outcome =
  | { kind: 'acknowledged'; sessionId: string; row: Record<string, unknown> }
  | { kind: 'refused' }
  | { kind: 'lost' };

/** Two agents after each of the new tasks, and the finish of every session that is open. */
function requestsOf(
  database: BetterSqlite3.Database,
  round: number,
  url: string,
): (() => Promise<Outcome>)[] {
  const client = createClient({ url });
  const claim = async (taskKey: string, agentId: string): Promise<Outcome> => {
    const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey, agentId } });
    if (claimTask.__typename !== 'ClaimTaskPayload' || claimTask.session === null) return { kind: 'refused' };
    return {
      kind: 'acknowledged',
      sessionId: claimTask.session.id,
      row: { key: taskKey, agent_id: agentId, outcome: null },
    };
  };
  const finish = async (taskKey: string, sessionId: string): Promise<Outcome> => {
    const { finishTask } = await client.send(FinishTaskDocument, { input: { taskKey, sessionId } });
    if (finishTask.__typename !== 'FinishTaskPayload') return { kind: 'refused' };
    return { kind: 'acknowledged', sessionId, row: { key: taskKey, outcome: 'completed' } };
  };

  const claims = addTasks(database, round).flatMap((key) =>
    ['one', 'other'].map((agentId) => () => orLost(claim(key, agentId))),
  );
  const finishes = openSessions(database).map(
    ({ key, id }) =>
      () =>
        orLost(finish(key, `TaskSession:${id}`)),
  );
  return claims.flatMap((request, index) => {
    const another = finishes[index];
    return another === undefined ? [request] : [request, another];
  });
}

/** Nobody can know what became of a request that was not answered, so it may have happened or not. */
async function orLost(answer: Promise<Outcome>): Promise<Outcome> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UnreachableError) return { kind: 'lost' };
    throw error;
  }
}

/** Waits until so many of them are settled. */
function settled(answers: readonly Promise<unknown>[], count: number): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    const settle = () => {
      left -= 1;
      if (left === 0) resolve();
    };
    for (const answer of answers) answer.then(settle, settle);
  });
}

function addTasks(database: BetterSqlite3.Database, round: number): string[] {
  database.exec(`
    INSERT OR IGNORE INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'Sign-in', 'active', 'medium');
    INSERT INTO features (id, epic_id, key, title, status)
    VALUES (${round}, 1, printf('E01-F%02d', ${round}), 'Tokens', 'active');
    WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < ${tasksPerRound})
    INSERT INTO tasks (feature_id, key, title, status)
    SELECT ${round}, printf('T-E01-F%02d-%03d', ${round}, value), 'A piece of work', 'ready_for_development' FROM number;
    INSERT INTO task_history (task_id, new_status)
    SELECT id, status FROM tasks WHERE feature_id = ${round};
  `);
  return database.prepare<[number], string>('SELECT key FROM tasks WHERE feature_id = ?').pluck().all(round);
}

function openSessions(database: BetterSqlite3.Database): { key: string; id: number }[] {
  return database
    .prepare<[], { key: string; id: number }>(
      `SELECT task.key, session.id FROM task_sessions session JOIN tasks task ON task.id = session.task_id
       WHERE session.ended_at IS NULL ORDER BY session.id`,
    )
    .all();
}

function sessionRow(
  database: BetterSqlite3.Database,
  sessionId: string,
): Record<string, unknown> | undefined {
  return database
    .prepare<[string], Record<string, unknown>>(
      `SELECT task.key, session.agent_id, session.outcome
       FROM task_sessions session JOIN tasks task ON task.id = session.task_id WHERE session.id = ?`,
    )
    .get(sessionId.replace('TaskSession:', ''));
}

/** What must never be in a database, whatever was going on when the server died: one finding a line. */
function contradictions(database: BetterSqlite3.Database): unknown[] {
  const findings = database
    .prepare<[]>(
      `SELECT 'two open sessions of one task' AS finding, task_id FROM task_sessions
       WHERE ended_at IS NULL GROUP BY task_id HAVING COUNT(*) > 1
       UNION ALL
       SELECT 'a status without its history', task.id FROM tasks task
       WHERE task.status IS NOT (
         SELECT new_status FROM task_history WHERE task_id = task.id ORDER BY id DESC LIMIT 1)
       UNION ALL
       SELECT 'a history with a gap', task_id FROM (
         SELECT task_id, old_status, LAG(new_status) OVER (PARTITION BY task_id ORDER BY id) AS before
         FROM task_history)
       WHERE old_status IS NOT before
       UNION ALL
       SELECT 'as many moves as openings and closings', task.id FROM tasks task
       WHERE (SELECT COUNT(*) - 1 FROM task_history WHERE task_id = task.id) <> (
         SELECT COUNT(*) + COUNT(ended_at) FROM task_sessions WHERE task_id = task.id)
       UNION ALL
       SELECT 'an open session of a task that nobody works on', session.task_id
       FROM task_sessions session JOIN tasks task ON task.id = session.task_id
       WHERE session.ended_at IS NULL
         AND (task.status <> session.claimed_to OR task.assigned_agent IS NOT session.agent_id)
       UNION ALL
       SELECT 'work without an open session', task.id FROM tasks task
       WHERE task.status = 'in_development'
         AND NOT EXISTS (SELECT 1 FROM task_sessions WHERE task_id = task.id AND ended_at IS NULL)`,
    )
    .all();
  const [integrity] = database.prepare<[], { integrity_check: string }>('PRAGMA integrity_check').all();
  if (integrity?.integrity_check !== 'ok') findings.push(integrity);
  return [...findings, ...database.prepare<[]>('PRAGMA foreign_key_check').all()];
}
