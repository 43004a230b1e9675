import type { Connection } from '../src/db/sqlite/driver.ts';
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
  /** How many tasks to add first. */
  addedTasks: number;
  /** The highest number of ended sessions per task. */
  longestPast: number;
  repeats: number;
}

/** The query for stale sessions: the complete response, with the task of each session and the total. */
export async function benchStaleQuery(
  { client, connection }: Pick<Bench, 'client' | 'connection'>,
  sizes: StaleQuerySizes,
): Promise<TimeRow> {
  const { addedTasks, longestPast, repeats } = sizes;
  fillSessions(connection, fillTasks(connection, addedTasks), { longestPast });
  const count = (sql: string) => connection.prepare<[], number>(sql).pluck().get() ?? 0;
  const staleCount = count(
    `SELECT COUNT(*) FROM task_sessions WHERE ended_at IS NULL AND started_at < '${fourHoursAgo()}'`,
  );

  const query = async () => {
    const { sessions } = await client.send(SessionsDocument, {
      filter: { active: true, staleAfter: '4h' },
      first: largestPage,
    });
    if (sessions.totalCount !== staleCount || sessions.nodes.length !== Math.min(staleCount, largestPage))
      throw new Error(`The query found ${sessions.totalCount} stale sessions instead of ${staleCount}`);
  };
  const queryBare = bareStaleQuery(connection);
  for (let round = 0; round < warmUp; round += 1) await query();

  const queries: number[] = [];
  const bareQueries: number[] = [];
  const typename: number[] = [];
  for (let round = 0; round < repeats; round += 1) {
    typename.push(await time(() => sendTypename(client)));
    queries.push(await time(query));
    bareQueries.push(await time(queryBare));
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

/** The same data from the bare driver: the rows with their tasks, and the total. */
function bareStaleQuery(connection: Connection): () => void {
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
