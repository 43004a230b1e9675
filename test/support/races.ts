import type { Connection } from '../../src/db/sqlite/driver.ts';
import { TypedDocumentString } from '../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from './app.ts';
import { type Chance, chance } from './chance.ts';
import { openEventStream } from './event-stream.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import {
  type Attempt,
  attempts,
  claim,
  type ClaimAnswer,
  closings,
  everyAttempt,
  type Outcome,
  outcomes,
} from './race-operations.ts';
import {
  contradictions,
  isPayload,
  nameOf,
  type RaceRecord,
  type SessionRow,
  type TaskRows,
} from './race-record.ts';
import { eventually } from './received.ts';
import { open } from './shark-databases.ts';
import { createTask } from './tasks.ts';

export interface RacesOptions {
  /** The number of races. */
  races: number;
  /** The number of apps on one file. Each app has its own writer. */
  apps: 1 | 2;
  seed: number;
}

/** The number of concurrent races, so that their requests are interleaved. */
const lanes = 4;
/** After this number of races, their events are awaited and their records are yielded. */
const racesPerBatch = 250;

const changes = new TypedDocumentString<
  { sessionChanged: { change: string; session: { id: string; outcome: string | null } } },
  Record<string, never>
>('subscription Changes { sessionChanged { change session { id outcome } } }');

/**
 * Races to close sessions: several agents close the same session with different outcomes, while others claim its
 * task. Failed requests are repeated after a new claim. The order of requests and the app of each one are random.
 */
export async function* runRaces({ races, apps: count, seed }: RacesOptions): AsyncGenerator<RaceRecord> {
  const clock = manualClock();
  await using first = await testApp({ clock });
  const file = first.config.databaseFile;
  await using other = await testApp({ clock, config: { databaseFile: file } });
  const apps = count === 1 ? [first] : [first, other];
  await createTask(first);
  const database = open(file);
  // If only the first app writes, the events are read from the other one, which polls for many commits at once.
  await using events = await openEventStream(
    (count === 1 ? other : first).fetch,
    'http://test/graphql',
    changes,
  );

  for (let done = 0; done < races; done += racesPerBatch) {
    const keys = addTasks(database, Math.min(racesPerBatch, races - done));
    const records: Omit<RaceRecord, 'events'>[] = [];
    const lane = async () => {
      for (let taskKey = keys.pop(); taskKey !== undefined; taskKey = keys.pop())
        records.push(await runRace({ apps, clock, database, chances: chanceOf(seed, taskKey), taskKey }));
    };
    await Promise.all(Array.from({ length: lanes }, lane));

    const told: RaceRecord['events'] = [];
    const sessions = records.flatMap(({ rows }) => rows.sessions);
    const happened = sessions.length + sessions.filter(({ outcome }) => outcome !== null).length;
    await eventually('everything is told that happened', () => {
      // The app of the subscriber polls for the commits of other apps once a second.
      clock.advance(1_000);
      return events.unread.length >= happened;
    });
    while (events.unread.length > 0) {
      const { change, session } = (await events.next()).sessionChanged;
      told.push({ change, sessionId: session.id, outcome: session.outcome });
    }
    for (const record of records) yield { ...record, events: told };
  }
}

/** A summary of many races. Fails at the first incorrect race, with the seed that repeats it. */
export async function raced(options: RacesOptions) {
  const won = new Set<string>();
  let races = 0;
  let lost = 0;
  let late = 0;
  for await (const race of runRaces(options)) {
    const found = contradictions(race);
    if (found.length > 0) {
      // Its events are omitted, because they are mixed with those of many other races.
      const shown = JSON.stringify({ ...race, events: undefined }, null, 2);
      throw new Error(
        `RACES_SEED=${options.seed}, ${options.apps} apps, race ${races}: ${found.join('; ')}\n${shown}`,
      );
    }
    races += 1;
    won.add(String(race.rows.sessions[0]?.outcome));
    lost += race.closes.filter(({ answer }) => !isPayload(answer)).length;
    late += race.late.length;
  }
  return { races, outcomes: [...won].toSorted(), lost, late };
}

interface RaceParams {
  apps: readonly TestApp[];
  clock: ManualClock;
  database: Connection;
  chances: Chance;
  taskKey: string;
}

async function runRace(params: RaceParams): Promise<Omit<RaceRecord, 'events'>> {
  const { apps, clock, database, chances, taskKey } = params;
  const anyApp = () => chances.pick(apps);
  const { session } = await claim(anyApp(), taskKey, 'first');
  if (!session) throw new Error(`${taskKey} could not be claimed`);
  const sessionId = session.id;
  const closes: RaceRecord['closes'] = [];
  const claims: ClaimAnswer[] = [];
  const close = async (outcome: Outcome, words: string) => {
    closes.push({ outcome, answer: await closings[outcome](anyApp(), { taskKey, sessionId, words }) });
  };

  const racers = Array.from({ length: 2 + chances.below(3) }, (_, index) => {
    const outcome = chances.pick(outcomes);
    return () => close(outcome, `racer ${index}`);
  });
  const successor = async () => {
    claims.push(await claim(anyApp(), taskKey, 'successor'));
  };
  racers.splice(1 + chances.below(racers.length), 0, successor);
  const running: Promise<void>[] = [];
  for (const start of racers) {
    running.push(start());
    await turns(chances.below(12));
    clock.advance(1);
  }
  await Promise.all(running);

  const late: RaceRecord['late'] = [];
  for (const attempt of await lateAttempts(params, closes, claims)) {
    const before = rowsOf(database, taskKey);
    const answer = await attempts[attempt](anyApp(), { taskKey, sessionId, words: 'too late' });
    const changed = JSON.stringify(rowsOf(database, taskKey)) !== JSON.stringify(before);
    const holder = before.sessions.find(({ ended_at }) => ended_at === null);
    late.push({ attempt, answer, holder: holder === undefined ? 'nobody' : nameOf(holder.id), changed });
  }
  return { sessionId, closes, claims, late, rows: rowsOf(database, taskKey) };
}

/** The late requests under a new active session: every kind of request after an abandonment, otherwise one. */
async function lateAttempts(
  { apps, chances, taskKey }: RaceParams,
  closes: RaceRecord['closes'],
  claims: ClaimAnswer[],
): Promise<readonly Attempt[]> {
  const abandoned = closes.some(({ outcome, answer }) => outcome === 'abandoned' && isPayload(answer));
  if (abandoned && !claims.some(isPayload))
    claims.push(await claim(chances.pick(apps), taskKey, 'successor'));
  if (!claims.some(isPayload)) return [];
  return abandoned ? everyAttempt : [chances.pick(everyAttempt)];
}

/** Each race has its own random generator, so that a seed repeats it independently of other races. */
function chanceOf(seed: number, taskKey: string): Chance {
  const number = Number(taskKey.split('-').at(-1));
  // Similar seeds would start with similar values.
  return chance(Math.imul(seed + number, 0x9e3779b1));
}

/** Yields to the event loop this number of times. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

function addTasks(database: Connection, count: number): string[] {
  const [last = 0] = database.prepare<[], number>('SELECT MAX(id) FROM tasks').pluck().all();
  database.exec(`
    BEGIN IMMEDIATE;
    WITH RECURSIVE number (value) AS (SELECT ${last + 1} UNION ALL SELECT value + 1 FROM number WHERE value < ${last + count})
    INSERT INTO tasks (id, feature_id, key, title, status)
    SELECT value, 1, printf('T-E01-F01-%05d', value), 'Wanted by many', 'ready_for_development' FROM number;
    INSERT INTO task_history (task_id, new_status) SELECT id, status FROM tasks WHERE id > ${last};
    COMMIT`);
  return database.prepare<[number], string>('SELECT key FROM tasks WHERE id > ?').pluck().all(last);
}

function rowsOf(database: Connection, taskKey: string): TaskRows {
  const found = database
    .prepare<[string], TaskRows['task'] & { id: number }>('SELECT * FROM tasks WHERE key = ?')
    .get(taskKey);
  if (found === undefined) throw new Error(`There is no task ${taskKey}`);
  const { id, ...task } = found;
  return {
    task,
    sessions: database
      .prepare<[number], SessionRow>('SELECT * FROM task_sessions WHERE task_id = ? ORDER BY id')
      .all(id),
    history: database
      .prepare<[number], TaskRows['history'][number]>(
        'SELECT * FROM task_history WHERE task_id = ? ORDER BY id',
      )
      .all(id),
    notes: database
      .prepare<[number], TaskRows['notes'][number]>('SELECT * FROM task_notes WHERE task_id = ? ORDER BY id')
      .all(id),
  };
}
