import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { endOfTime } from '../../src/db/sqlite/database-time.ts';
import { openConnection } from '../../src/db/sqlite/driver.ts';
import { historyReader } from '../../src/domain/backfill/history-rows.ts';
import { testApp } from './app.ts';
import { createMigratedDatabase } from './migrated-database.ts';
import { temporaryFolder } from './shark-databases.ts';
import { storedTimes, type StoredTime } from './stored-times.ts';

interface TaskTimes {
  created: StoredTime;
  started: StoredTime;
  changed: StoredTime;
}

/** A server on a database that has as many tasks with stored times in all formats. */
export async function boardWithStoredTimes(count: number, seed: number) {
  const file = join(temporaryFolder(), 'shark.db');
  await createMigratedDatabase(file);
  const tasks = fc.sample(
    fc.record({ created: storedTimes, started: storedTimes, changed: storedTimes }).filter(keepsTheirType),
    { numRuns: count, seed },
  );
  const connection = openConnection(file);
  connection.exec(`
    INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'One', 'active', 'medium');
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'One', 'active');`);
  const addTask = connection.prepare(
    `INSERT INTO tasks (id, feature_id, key, title, status, created_at, started_at)
     VALUES (@id, 1, @key, 'A task', 'ready_for_development', @created, @started)`,
  );
  const addChange = connection.prepare(
    `INSERT INTO task_history (task_id, new_status, timestamp) VALUES (@id, 'ready_for_development', @changed)`,
  );
  connection.transaction(() => {
    for (const [index, { created, started, changed }] of tasks.entries()) {
      const id = index + 1;
      addTask.run({ id, key: keyOf(index), created: created.stored, started: started.stored });
      addChange.run({ id, changed: changed.stored });
    }
  })();
  connection.close();
  const app = await testApp({
    config: { databaseFile: file, workflowFile: join(dirname(file), 'none.json') },
  });
  return { app, file, tasks };
}

function keyOf(index: number): string {
  return `T-E01-F01-${String(index + 1).padStart(3, '0')}`;
}

/** SQLite turns texts such as `1e10` into numbers, and the columns cannot be NULL. */
function keepsTheirType(times: TaskTimes): boolean {
  return Object.values(times).every(({ stored }) => stored !== null && stored !== '1e10');
}

/** Checks that each reader of times in the database reads the expected instants. */
export async function expectSameTimesEverywhere({
  app,
  file,
  tasks,
}: Awaited<ReturnType<typeof boardWithStoredTimes>>): Promise<void> {
  const creations = tasks.map(({ created, changed }) => earlier(created.instant, changed.instant));
  const listed = await listTasks(app);
  const aging = await listAging(app);
  const created = await countCreated(app);
  const connection = openConnection(file, { readonly: true });
  try {
    const waiting = connection
      .prepare<[], number>('SELECT waiting_since FROM task_queue ORDER BY task_id')
      .pluck()
      .all();
    const changes = historyReader(connection)
      .read({ after: 0, upTo: tasks.length })
      .map(({ rows }) => rows[0]?.atMs);
    expect(listed).toEqual(
      tasks.map(({ created: { instant: createdAt }, started, changed }, index) => ({
        key: keyOf(index),
        createdAt,
        startedAt: started.instant,
        history: [changed.instant],
      })),
    );
    expect(aging.length).toBeGreaterThan(0);
    expect(aging).toEqual(
      creations
        .map((at, index) => ({ key: keyOf(index), at: at ?? Number.POSITIVE_INFINITY, id: index }))
        .toSorted((one, other) => (one.at === other.at ? one.id - other.id : one.at - other.at))
        .map(({ key, at }) => ({ key, hasAge: at !== Number.POSITIVE_INFINITY }))
        .slice(0, aging.length),
    );
    expect(waiting).toEqual(tasks.map(({ changed }) => changed.instant ?? endOfTime));
    expect(changes).toEqual(tasks.map(({ changed }) => changed.instant));
    expect(created).toBe(creations.filter((at) => at !== null && at >= since && at < until).length);
  } finally {
    connection.close();
  }
}

const since = Date.UTC(1990, 0, 1);
const until = Date.UTC(2020, 0, 1);

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

type App = Awaited<ReturnType<typeof boardWithStoredTimes>>['app'];
type Page<Node> = { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string } };

/** Reads all pages of a list. */
async function readPages<Node>(
  app: App,
  field: string,
  selection: string,
  maximumPages = Number.POSITIVE_INFINITY,
): Promise<Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const { data, errors } = await app.post(
      `query ($after: String) { ${field}(first: 500, after: $after) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    const page = data?.[field];
    if (errors !== undefined || !isPage<Node>(page)) throw new Error(JSON.stringify(errors));
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage || pages >= maximumPages) return nodes;
    after = page.pageInfo.endCursor;
  }
}

function isPage<Node>(value: unknown): value is Page<Node> {
  return typeof value === 'object' && value !== null && 'nodes' in value;
}

async function listTasks(app: App) {
  const nodes = await readPages<{
    key: string;
    createdAt: string | null;
    startedAt: string | null;
    history: { at: string | null }[];
  }>(app, 'tasks', 'key createdAt startedAt history { at }');
  return nodes.map(({ key, createdAt, startedAt, history }) => ({
    key,
    createdAt: parsed(createdAt),
    startedAt: parsed(startedAt),
    history: history.map(({ at }) => parsed(at)),
  }));
}

async function listAging(app: App) {
  const nodes = await readPages<{ task: { key: string }; ageMinutes: number | null }>(
    app,
    'agingWork',
    'task { key } ageMinutes',
    // Each page sorts all tasks.
    4,
  );
  return nodes.map(({ task: { key }, ageMinutes }) => ({ key, hasAge: ageMinutes !== null }));
}

async function countCreated(app: App): Promise<number> {
  const { data, errors } = await app.post(
    `{ throughput(filter: { since: "${new Date(since).toISOString()}", until: "${new Date(until).toISOString()}" }, bucket: MONTH) { created } }`,
  );
  if (errors !== undefined || !Array.isArray(data?.throughput)) throw new Error(JSON.stringify(errors));
  return data.throughput.reduce((sum: number, { created }: { created: number }) => sum + created, 0);
}

function parsed(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
