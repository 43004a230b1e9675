import { timing } from '../../measure.ts';
import { type Connection, openConnection } from './connection.ts';
import { type Dialect, dialects } from './dialects.ts';
import { type LoadJob, type LoadResult, taskKey } from './job.ts';

const pageCount = 100;
const typename = JSON.stringify({ query: '{ __typename }' });

/** One round of a client; returns the duration of the request that is reported. */
type Round = (connection: Connection, client: number) => Promise<number>;

export async function runJob(job: LoadJob): Promise<LoadResult> {
  const connections = Array.from({ length: job.clients }, () => openConnection(job.url));
  try {
    const work = await prepare(job, connections);
    const durations: number[] = [];
    let started = 0;
    const startMs = performance.now();
    const untilMs = startMs + job.seconds * 1_000;
    await Promise.all(
      connections.map(async (connection, client) => {
        while (performance.now() < untilMs && started < (job.mostRounds ?? Infinity)) {
          started += 1;
          durations.push(await work.round(connection, client));
        }
      }),
    );
    const perSecond = durations.length / ((performance.now() - startMs) / 1_000);
    return {
      rounds: durations.length,
      perSecond,
      requests: timing(durations, perSecond),
      nextTask: work.nextTask(),
      sessionsRead: work.sessionsRead,
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

interface PreparedWork {
  round: Round;
  nextTask(): number;
  sessionsRead: number | null;
}

async function prepare(job: LoadJob, [connection]: readonly Connection[]): Promise<PreparedWork> {
  const dialect = dialects[job.dialect];
  const repeated = (round: Round): PreparedWork => ({ round, nextTask: () => 0, sessionsRead: null });
  if (job.work === 'claims') return claims(job, dialect);
  if (job.work === 'nextClaims') return repeated(nextClaims(dialect));
  if (job.work === 'typename') return repeated((each) => request(each, typename, '"__typename":"Query"'));
  if (job.work === 'phaseDurations')
    return repeated((each) => request(each, dialect.phaseDurations, '"p99Minutes":'));
  if (connection === undefined) throw new Error('A job needs a client');
  return nested(job.url, dialect, connection);
}

/** Claims and finishes one task after the other by key. */
function claims({ firstTask = 0, taskCount = 1 }: LoadJob, dialect: Dialect): PreparedWork {
  let nextTask = firstTask;
  return {
    sessionsRead: null,
    nextTask: () => nextTask,
    async round(connection, client) {
      const key = taskKey(nextTask % taskCount);
      nextTask += 1;
      const claimMs = await request(connection, dialect.claim(key, `agent-${client}`), `"key":"${key}"`);
      await finish(connection, dialect, key);
      return claimMs;
    },
  };
}

function nextClaims(dialect: Dialect): Round {
  return async (connection, client) => {
    const startMs = performance.now();
    const answer = await connection.send(dialect.claimNext(`agent-${client}`));
    const claimMs = performance.now() - startMs;
    const [, key] = /"key":"([^"]+)"/.exec(answer) ?? [];
    if (key === undefined) throw new Error(`No task was claimed: ${answer}`);
    await finish(connection, dialect, key);
    return claimMs;
  };
}

async function finish(connection: Connection, dialect: Dialect, key: string): Promise<void> {
  const answer = await connection.send(dialect.finish(key));
  if (!/"outcome":"completed"/i.test(answer)) throw new Error(`Task ${key} was not finished: ${answer}`);
}

interface Walk {
  /** The requests for the pages. */
  pages: readonly string[];
  sessionsRead: number;
}

/** By the URL of the server. */
const walks = new Map<string, Walk>();

/** Reads the pages in an order that is not that of the keys. The first time, walks through them to find the cursors. */
async function nested(url: string, dialect: Dialect, connection: Connection): Promise<PreparedWork> {
  const walk = walks.get(url) ?? (await walkThrough(dialect, connection));
  walks.set(url, walk);
  let position = 0;
  return {
    sessionsRead: walk.sessionsRead,
    nextTask: () => 0,
    round(each) {
      position = (position + 37) % walk.pages.length;
      return request(each, walk.pages[position] ?? '', '"activeSession":');
    },
  };
}

async function walkThrough(dialect: Dialect, connection: Connection): Promise<Walk> {
  const pages: string[] = [];
  let sessionsRead = 0;
  let cursor: string | null = null;
  for (let page = 0; page < pageCount; page += 1) {
    const body = dialect.nested(cursor);
    pages.push(body);
    sessionsRead += (await connection.send(body)).split('"agentId":').length - 1;
    cursor = dialect.endCursor.exec(await connection.send(dialect.page(cursor)))?.[1] ?? null;
    // The last page.
    if (cursor === null) break;
  }
  return { pages, sessionsRead };
}

/** Sends a request and returns its duration. Throws if the answer does not contain `expected`. */
async function request(connection: Connection, json: string, expected: string): Promise<number> {
  const startMs = performance.now();
  const answer = await connection.send(json);
  const durationMs = performance.now() - startMs;
  if (!answer.includes(expected)) throw new Error(`Without ${expected}: ${answer.slice(0, 400)}`);
  return durationMs;
}
