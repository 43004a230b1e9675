import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../../src/db/sqlite/driver.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UnreachableError } from '../../src/client/answer.ts';
import { createClient } from '../../src/client/client.ts';
import {
  ClaimTaskDocument,
  FinishTaskDocument,
  SessionTurnedStaleDocument,
} from '../../src/client/generated/graphql.ts';
import { formatDuration } from '../../src/shared/duration.ts';
import { databaseContradictions } from '../support/database-contradictions.ts';
import { chance, seedFrom } from '../support/chance.ts';
import { startServerProcess } from '../support/server-process.ts';
import { open, temporaryFolder } from '../support/shark-databases.ts';
import { openSocket } from '../support/socket.ts';

const rounds = 100;
const requestsPerRound = 200;
const finishesPerRound = 80;
const staleAfterMs = 1_000;
const minutes = 60_000;

describe('a killed server', () => {
  it(
    'keeps all acknowledged changes completely, and reports stale sessions right after its restart',
    async () => {
      const seed = seedFrom('KILL_SEED');
      const chances = chance(seed);
      const databaseFile = join(temporaryFolder(), 'shark.db');
      const settings = { DATABASE_URL: `file:${databaseFile}` };
      // The first start creates the tables.
      let server = await startServerProcess(settings);
      onTestFinished(() => server.kill());
      const database = open(databaseFile);
      const ledger = createLedger();
      let interrupted = 0;
      let overdue = 0;
      let longestWaitMs = 0;

      for (let round = 1; round <= rounds; round += 1) {
        const requests = requestsOf(database, round, server.url);
        expect(requests).toHaveLength(requestsPerRound);
        // Counts responses in place of time, so that the kill interrupts requests on a fast machine, too.
        const answersBefore = 1 + chances.below(requestsPerRound * 0.75);
        const furtherMs = chances.below(10);
        const moment = `KILL_SEED=${seed}, round ${round}, killed ${furtherMs} ms after answer ${answersBefore}`;

        const answers = requests.map((request) => request());
        await settled(answers, answersBefore);
        await delay(furtherMs);
        await server.kill();
        const outcomes = await Promise.all(answers);
        server = await startServerProcess(settings);

        for (const outcome of outcomes) ledger.enter(outcome);
        const kinds = new Set(outcomes.map(({ kind }) => kind));
        if (kinds.has('lost') && kinds.has('acknowledged')) interrupted += 1;
        expect({ moment, wrong: ledger.compare(database) }).toEqual({ moment, wrong: [] });
        expect({ moment, contradictions: contradictions(database) }).toEqual({ moment, contradictions: [] });

        const told = await toldAfterRestart(database, server.url);
        expect({ moment, ...told }).toMatchObject({ moment, sessions: told.expected });
        expect({ moment, waitMs: told.waitMs }).toEqual({ moment, waitMs: expect.toSatisfy(isBelow(2_000)) });
        overdue += told.expected.length;
        longestWaitMs = Math.max(longestWaitMs, told.waitMs);
      }
      await server.stop();
      // The test is only valid if kills occurred between responses, and some sessions were stale.
      expect(interrupted).toBeGreaterThan(rounds * 0.9);
      expect(overdue).toBeGreaterThan(rounds * 10);
      expect(ledger.size).toBeGreaterThan(rounds * 10);
      console.log(
        `${rounds} kills, ${ledger.size} sessions acknowledged, ${overdue} overdue, the last of them after ${longestWaitMs.toFixed(0)} ms at most`,
      );
      // The checks must detect damaged data.
      for (const damage of damages) {
        database.exec(`BEGIN; ${damage}`);
        expect({ damage, seen: contradictions(database).length > 0 }).toEqual({ damage, seen: true });
        database.exec('ROLLBACK');
      }
      for (const damage of broken) {
        database.exec(`BEGIN; ${damage}`);
        expect({ damage, seen: ledger.compare(database).length > 0 }).toEqual({ damage, seen: true });
        database.exec('ROLLBACK');
      }
    },
    20 * minutes,
  );
});

const isBelow = (limit: number) => (value: number) => value < limit;

/** Each statement reverts an acknowledged change. */
const broken = [
  'DELETE FROM task_sessions WHERE ended_at IS NULL',
  "UPDATE task_sessions SET agent_id = 'nobody' WHERE ended_at IS NULL",
  `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at, ended_at, outcome)
   SELECT task_id, agent_id, phase, claimed_from, claimed_to, started_at, started_at, 'abandoned' FROM task_sessions`,
  "UPDATE task_sessions SET ended_at = started_at, outcome = 'rejected' WHERE ended_at IS NULL",
];

/** The acknowledged sessions by task key. A task is claimed and finished once, so it has exactly one session. */
function createLedger() {
  const entries = new Map<string, SessionRow & { finishIsUnknown: boolean }>();
  return {
    get size() {
      return entries.size;
    },
    enter(outcome: Outcome) {
      if (outcome.kind === 'acknowledged')
        entries.set(outcome.row.key, { ...outcome.row, finishIsUnknown: false });
      if (outcome.kind !== 'lost' || outcome.finishOf === undefined) return;
      const entry = entries.get(outcome.finishOf);
      if (entry !== undefined) entry.finishIsUnknown = true;
    },
    /** Returns the differences from the table, one for each task. Unknown results are known afterwards. */
    compare(database: Connection): string[] {
      const rows = new Map<string, SessionRow[]>();
      for (const row of sessionRows(database)) rows.set(row.key, [...(rows.get(row.key) ?? []), row]);
      return [...entries].flatMap(([key, entry]) => {
        const { finishIsUnknown, ...expected } = entry;
        const found = rows.get(key) ?? [];
        const [row] = found;
        if (finishIsUnknown && row?.outcome === 'completed') entry.outcome = expected.outcome = 'completed';
        entry.finishIsUnknown = false;
        return JSON.stringify(found) === JSON.stringify([expected])
          ? []
          : [`${JSON.stringify(expected)} was acknowledged, and there is ${JSON.stringify(found)}`];
      });
    },
  };
}

/** The stale sessions after a restart, the sessions that a subscriber gets, and the time until it has all of them. */
async function toldAfterRestart(database: Connection, url: string) {
  const expected = database
    .prepare<[string], string>(
      `SELECT 'TaskSession:' || id FROM task_sessions WHERE ended_at IS NULL AND started_at <= ?
       ORDER BY started_at, id`,
    )
    .pluck()
    .all(new Date(Date.now() - staleAfterMs).toISOString().replace('Z', '+00:00'));
  const before = performance.now();
  await using socket = await openSocket(url);
  const events = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: formatDuration(staleAfterMs) });
  const sessions: string[] = [];
  while (sessions.length < expected.length)
    sessions.push((await events.next()).sessionTurnedStale.session.id);
  return { expected, sessions, waitMs: performance.now() - before };
}

/** Each statement makes the data inconsistent. */
const damages = [
  'DELETE FROM task_history WHERE id = (SELECT MAX(id) FROM task_history)',
  "UPDATE tasks SET status = 'in_qa' WHERE id = 1",
  'UPDATE tasks SET assigned_agent = NULL',
  'DELETE FROM task_sessions WHERE ended_at IS NULL',
  `DROP INDEX idx_task_sessions_one_active_per_task;
   INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
   SELECT task_id, agent_id, phase, claimed_from, claimed_to, started_at FROM task_sessions WHERE ended_at IS NULL`,
];

interface SessionRow {
  id: string;
  key: string;
  agent_id: string;
  outcome: string | null;
}

type Outcome =
  | { kind: 'acknowledged'; row: SessionRow }
  /** The result of a request without a response is unknown: it may or may not have been executed. */
  | { kind: 'lost'; finishOf?: string };

/** Requests to finish open sessions, and two claims by different agents for each new task. */
function requestsOf(database: Connection, round: number, url: string): (() => Promise<Outcome>)[] {
  const client = createClient({ url });
  const claim = async (taskKey: string, agentId: string): Promise<Outcome> => {
    const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey, agentId } });
    if (claimTask.__typename === 'ClaimTaskPayload' && claimTask.session !== null)
      return acknowledged(claimTask.session.id, taskKey, agentId, null);
    // This error confirms the claim of the other agent.
    if (claimTask.__typename === 'TaskAlreadyClaimedError')
      return acknowledged(claimTask.activeSession.id, taskKey, claimTask.activeSession.agentId, null);
    throw new Error(`A claim was answered with ${JSON.stringify(claimTask)}`);
  };
  const finish = async ({ id, key, agent_id }: SessionRow): Promise<Outcome> => {
    const { finishTask } = await client.send(FinishTaskDocument, { input: { taskKey: key, sessionId: id } });
    if (finishTask.__typename === 'FinishTaskPayload') return acknowledged(id, key, agent_id, 'completed');
    throw new Error(`The finish of ${id} was answered with ${JSON.stringify(finishTask)}`);
  };

  const finishes = sessionRows(database)
    .filter(({ outcome }) => outcome === null)
    .slice(0, finishesPerRound)
    .map((session) => () => orLost(finish(session), session.key));
  const claims = addTasks(database, round, (requestsPerRound - finishes.length) / 2).flatMap((key) =>
    ['one', 'other'].map((agentId) => () => orLost(claim(key, agentId))),
  );
  return claims
    .flatMap((request, index) => {
      const another = finishes[index];
      return another === undefined ? [request] : [request, another];
    })
    .slice(0, requestsPerRound);
}

function acknowledged(id: string, key: string, agent_id: string, outcome: string | null): Outcome {
  return { kind: 'acknowledged', row: { id, key, agent_id, outcome } };
}

async function orLost(answer: Promise<Outcome>, finishOf?: string): Promise<Outcome> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UnreachableError)
      return { kind: 'lost', ...(finishOf === undefined ? {} : { finishOf }) };
    throw error;
  }
}

/** Waits until this number of promises is settled. */
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

function addTasks(database: Connection, round: number, count: number): string[] {
  database.exec(`
    BEGIN IMMEDIATE;
    INSERT OR IGNORE INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'Sign-in', 'active', 'medium');
    INSERT INTO features (id, epic_id, key, title, status)
    VALUES (${round}, 1, printf('E01-F%02d', ${round}), 'Tokens', 'active');
    WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < ${Math.ceil(count)})
    INSERT INTO tasks (feature_id, key, title, status)
    SELECT ${round}, printf('T-E01-F%02d-%03d', ${round}, value), 'A piece of work', 'ready_for_development' FROM number;
    INSERT INTO task_history (task_id, new_status)
    SELECT id, status FROM tasks WHERE feature_id = ${round};
    COMMIT;
  `);
  return database.prepare<[number], string>('SELECT key FROM tasks WHERE feature_id = ?').pluck().all(round);
}

function sessionRows(database: Connection): SessionRow[] {
  return database
    .prepare<[], SessionRow>(
      `SELECT 'TaskSession:' || session.id AS id, task.key, session.agent_id, session.outcome
       FROM task_sessions session JOIN tasks task ON task.id = session.task_id ORDER BY session.id`,
    )
    .all();
}

/** Inconsistencies in a database with only claims and finishes: one row each. */
function contradictions(database: Connection): unknown[] {
  const findings = database
    .prepare<[]>(
      `SELECT 'as many moves as openings and closings' AS finding, task.id FROM tasks task
       WHERE (SELECT COUNT(*) - 1 FROM task_history WHERE task_id = task.id) <> (
         SELECT COUNT(*) + COUNT(ended_at) FROM task_sessions WHERE task_id = task.id)
       UNION ALL
       SELECT 'work without an open session', task.id FROM tasks task
       WHERE task.status = 'in_development'
         AND NOT EXISTS (SELECT 1 FROM task_sessions WHERE task_id = task.id AND ended_at IS NULL)`,
    )
    .all();
  return [...findings, ...databaseContradictions(database)];
}
