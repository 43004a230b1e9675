import { setTimeout as delay } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import { SessionsDocument } from '../src/client/generated/graphql.ts';
import type { Bench } from './bench.ts';
import { databaseTime } from '../src/db/sqlite/database-time.ts';
import { fillTasks } from './databases.ts';
import { time, timingInTurn } from './measure.ts';
import { floor, type TimeRow } from './report.ts';
import { fillSessions } from './sessions.ts';
import { sendTypename } from './typename.ts';

const limitMs = 1_000;
const largestPage = 500;
const warmUp = 5;

export interface StaleQuerySizes {
  /** How many tasks to add before. */
  addedTasks: number;
  /** How many ended sessions each of them has at most. */
  longestPast: number;
  repeats: number;
}

/** What is stale now: the whole answer, with the task of each session and the total. */
export async function benchStaleQuery(
  { client, connection }: Bench,
  sizes: StaleQuerySizes,
): Promise<TimeRow> {
  const { addedTasks, longestPast, repeats } = sizes;
  fillSessions(connection, fillTasks(connection, addedTasks), { longestPast });
  // Meanwhile the server may have closed connections, and this process was too busy to notice.
  await delay(100);
  const count = (sql: string) => connection.prepare<[], number>(sql).pluck().get() ?? 0;
  const staleCount = count(
    `SELECT COUNT(*) FROM task_sessions WHERE ended_at IS NULL AND started_at < '${fourHoursAgo()}'`,
  );

  const ask = async () => {
    const { sessions } = await client.send(SessionsDocument, {
      filter: { active: true, staleAfter: '4h' },
      first: largestPage,
    });
    if (sessions.totalCount !== staleCount || sessions.nodes.length !== Math.min(staleCount, largestPage))
      throw new Error(`${sessions.totalCount} sessions were found stale, and ${staleCount} are`);
  };
  const askBare = bareStaleQuery(connection);
  for (let round = 0; round < warmUp; round += 1) await ask();

  const queries: number[] = [];
  const bareQueries: number[] = [];
  const typename: number[] = [];
  for (let round = 0; round < repeats; round += 1) {
    typename.push(await time(() => sendTypename(client)));
    queries.push(await time(ask));
    bareQueries.push(await time(askBare));
  }
  const measured = timingInTurn(queries);
  const sessionCount = count('SELECT COUNT(*) FROM task_sessions');
  const taskCount = count('SELECT COUNT(*) FROM tasks');
  return {
    name: `${staleCount} stale of ${inWords(sessionCount)} sessions, ${inWords(taskCount)} tasks`,
    ...measured,
    floors: [
      floor('{ __typename }', measured, timingInTurn(typename)),
      floor('bare SQL', measured, timingInTurn(bareQueries)),
    ],
    limit: { promise: `p99 < ${limitMs} ms`, isBroken: !(measured.p99Ms < limitMs) },
  };
}

/** The same answer from the bare driver: the rows with their tasks, and how many there are. */
function bareStaleQuery(connection: BetterSqlite3.Database): () => void {
  const page = connection.prepare(
    `SELECT session.*, task.key, task.title, task.status
     FROM task_sessions session JOIN tasks task ON task.id = session.task_id
     WHERE session.ended_at IS NULL AND session.started_at <= ?
     ORDER BY session.started_at DESC, session.id DESC LIMIT ${largestPage}`,
  );
  const total = connection.prepare(
    'SELECT COUNT(*) FROM task_sessions WHERE ended_at IS NULL AND started_at <= ?',
  );
  return () => {
    const before = fourHoursAgo();
    page.all(before);
    total.get(before);
  };
}

function fourHoursAgo(): string {
  return databaseTime(Date.now() - 4 * 3_600_000);
}

function inWords(count: number): string {
  return count.toLocaleString('en');
}
