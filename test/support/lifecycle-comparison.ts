import type { Connection } from '../../src/db/sqlite/driver.ts';
import fc from 'fast-check';
import { expect, onTestFinished } from 'vitest';
import { type TestApp, testApp } from './app.ts';
import {
  type Closing,
  type Expected,
  holderOf,
  type LifecycleModel,
  lifecycleModel,
  type ModelParams,
  type ModelTask,
  rules,
} from './lifecycle-model.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import {
  abandonSession,
  blockTask,
  claimNextTask,
  claimTask,
  finishTask,
  heartbeatSession,
  rejectTask,
  unblockTask,
} from './mutations.ts';
import { open } from './shark-databases.ts';

const minutes = 60_000;

/** The session id that a caller sends: `old` is an ended session of the same task, `foreign` is of another task. */
type Named = 'none' | 'current' | 'old' | 'foreign' | 'missing';

type Step =
  | { do: 'claim'; task: number; agent: string }
  | { do: 'claimNext'; agent: string }
  | { do: 'close'; task: number; outcome: Closing; named: Named; age: number }
  | { do: 'abandon' | 'heartbeat'; task: number; named: Exclude<Named, 'none'>; age: number }
  | { do: 'unblock'; task: number }
  | { do: 'wait'; milliseconds: number };

const task = fc.nat({ max: 2 });
const agent = fc.constantFrom('ada', 'bob', 'eve');
const age = fc.nat({ max: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('claim' as const), task, agent }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('claimNext' as const), agent }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('close' as const),
      task,
      outcome: fc.constantFrom('completed' as const, 'rejected' as const, 'blocked' as const),
      named: fc.constantFrom<Named>('none', 'current', 'current', 'old', 'old', 'foreign', 'missing'),
      age,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('abandon' as const, 'heartbeat' as const),
      task,
      named: fc.constantFrom('current' as const, 'old' as const, 'foreign' as const, 'missing' as const),
      age,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unblock' as const), task }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      milliseconds: fc.integer({ min: 1, max: 300 * minutes }),
    }),
  },
);

const statuses = fc.tuple(
  fc.constantFrom('ready_for_development', 'ready_for_refinement'),
  fc.constantFrom('draft', 'in_code_review', 'in_qa'),
  fc.constantFrom('ready_for_qa', 'in_approval', 'in_refinement'),
);

/** Tasks and steps that cause every kind of result. */
export const everyKindOfAnswer: [[string, string, string], Step[]] = [
  ['ready_for_development', 'in_code_review', 'ready_for_qa'],
  [
    { do: 'claim', task: 0, agent: 'ada' },
    { do: 'claim', task: 0, agent: 'bob' },
    { do: 'heartbeat', task: 0, named: 'current', age: 0 },
    { do: 'close', task: 0, outcome: 'blocked', named: 'current', age: 0 },
    { do: 'unblock', task: 0 },
    { do: 'unblock', task: 0 },
    { do: 'claim', task: 1, agent: 'bob' },
    { do: 'close', task: 1, outcome: 'rejected', named: 'current', age: 0 },
    { do: 'heartbeat', task: 1, named: 'old', age: 0 },
    { do: 'claim', task: 2, agent: 'eve' },
    { do: 'close', task: 2, outcome: 'completed', named: 'current', age: 0 },
    { do: 'claim', task: 0, agent: 'ada' },
    { do: 'abandon', task: 0, named: 'missing', age: 0 },
    { do: 'abandon', task: 0, named: 'current', age: 0 },
    { do: 'claimNext', agent: 'eve' },
  ],
];

/** Compares the server with the model in many runs. Fails if they differ or a kind of result did not occur. */
export async function expectServerLikeModel(numRuns: number): Promise<void> {
  const { check, answered } = await comparison(lifecycleModel);
  await fc.assert(check, { numRuns, examples: [everyKindOfAnswer] });
  // Otherwise the steps did not have the intended effect.
  expect([...answered].toSorted()).toEqual([
    'AbandonSessionPayload',
    'BlockTaskPayload',
    'ClaimNextTaskPayload',
    'ClaimTaskPayload',
    'FinishTaskPayload',
    'HeartbeatSessionPayload',
    'InvalidTransitionError',
    'RejectTaskPayload',
    'SessionNotActiveError',
    'SessionNotFoundError',
    'TaskAlreadyClaimedError',
    'UnblockTaskPayload',
  ]);
}

/** The property that the server and a model agree, and the kinds of results so far. */
export async function comparison(createModel: (params: ModelParams) => LifecycleModel) {
  const clock = manualClock();
  const app = await testApp({ clock });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const database = open(app.config.databaseFile);
  const answered = new Set<string>();
  let runs = 0;
  const check = fc.asyncProperty(
    statuses,
    fc.array(step, { minLength: 1, maxLength: 14, size: 'max' }),
    async (startsIn, steps) => {
      runs += 1;
      const epicKey = `E${runs}`;
      const model = createModel({
        rules,
        tasks: createTasks(app, clock, epicKey, startsIn),
        now: clock.now().getTime(),
        nextSession: 1 + Number(app.rows('SELECT MAX(id) AS last FROM task_sessions')[0]?.last ?? 0),
      });
      for (const next of steps) {
        const { expected, answer } = await take({ app, clock, model, epicKey }, next);
        expect(answer).toEqual(expected);
        if (expected !== undefined) answered.add(expected.type);
        expect(tasksOf(database, epicKey)).toEqual(model.tasks.map(asInTables));
      }
    },
  );
  return { check, answered };
}

/** An epic with a task in each of these statuses, as another program would create them. */
function createTasks(
  app: TestApp,
  clock: ManualClock,
  epicKey: string,
  startsIn: readonly string[],
): ModelTask[] {
  const now = clock.now();
  const tasks = startsIn.map((status, index) => ({
    key: `T-${epicKey}-F01-00${index + 1}`,
    status,
    priority: index === 2 ? 1 : 5,
    sessions: [],
    moves: 1,
    movedAt: now.getTime(),
    blockedIn: undefined,
  }));
  const featureId = `(SELECT id FROM features WHERE key = '${epicKey}-F01')`;
  app.change(`
    BEGIN IMMEDIATE;
    INSERT INTO epics (key, title, status, priority) VALUES ('${epicKey}', 'Sign-in', 'active', 'medium');
    INSERT INTO features (epic_id, key, title, status)
    SELECT id, '${epicKey}-F01', 'Tokens', 'active' FROM epics WHERE key = '${epicKey}';
    ${tasks
      .map(
        ({ key, status, priority }) => `
          INSERT INTO tasks (feature_id, key, title, status, priority)
          VALUES (${featureId}, '${key}', 'A piece of work', '${status}', ${priority});
          INSERT INTO task_history (task_id, new_status, timestamp)
          VALUES (last_insert_rowid(), '${status}', '${now.toISOString()}');`,
      )
      .join('')}
    COMMIT`);
  return tasks;
}

interface Scene {
  app: TestApp;
  clock: ManualClock;
  model: LifecycleModel;
  epicKey: string;
}

/** Executes a step in the model and on the server. */
async function take(
  { app, clock, model, epicKey }: Scene,
  next: Step,
): Promise<{ expected: Expected | undefined; answer: Expected | undefined }> {
  if (next.do === 'wait') {
    clock.advance(next.milliseconds);
    model.wait(next.milliseconds);
    return { expected: undefined, answer: undefined };
  }
  if (next.do === 'claimNext')
    return {
      expected: model.claimNext(next.agent),
      answer: seen(await claimNextTask(app, { agentId: next.agent, epicKey })),
    };

  const taken = model.tasks[next.task];
  if (taken === undefined) throw new Error(`There is no task ${next.task}`);
  const taskKey = taken.key;
  if (next.do === 'claim')
    return {
      expected: model.claim(taken, next.agent),
      answer: seen(await claimTask(app, { taskKey, agentId: next.agent })),
    };
  if (next.do === 'unblock') {
    // Prefers a blocked task, because blocked tasks are rare.
    const of = model.tasks.find(({ status }) => status === 'blocked') ?? taken;
    return { expected: model.unblock(of), answer: seen(await unblockTask(app, of.key)) };
  }

  const sessionId = sessionNamed(model, taken, next.named, next.age);
  if (next.do === 'close')
    return {
      expected: model.close(taken, next.outcome, next.named === 'none' ? undefined : sessionId),
      answer: seen(
        await closeTask[next.outcome](app, { taskKey, ...(next.named === 'none' ? {} : { sessionId }) }),
      ),
    };
  return next.do === 'abandon'
    ? { expected: model.abandon(sessionId), answer: seen(await abandonSession(app, { sessionId })) }
    : { expected: model.heartbeat(sessionId), answer: seen(await heartbeatSession(app, sessionId)) };
}

/** The id of the chosen session, or an id that does not exist. */
function sessionNamed({ tasks }: LifecycleModel, of: ModelTask, named: Named, nth: number): string {
  const candidates = {
    none: [],
    current: [holderOf(of)],
    old: of.sessions.filter(({ endedAt }) => endedAt !== null),
    foreign: tasks.filter((other) => other !== of).flatMap(({ sessions }) => sessions),
    missing: [],
  }[named];
  return candidates[nth % candidates.length]?.id ?? 'TaskSession:999999999';
}

const closeTask = {
  completed: finishTask,
  rejected: (app: TestApp, which: Which) => rejectTask(app, { ...which, reason: 'not good enough' }),
  blocked: (app: TestApp, which: Which) => blockTask(app, { ...which, reason: 'no access' }),
};

interface Which {
  taskKey: string;
  sessionId?: string;
}

/** The part of a result that the model also returns. */
function seen(answer: {
  __typename: string;
  session?: { id: string } | null;
  task?: { key: string; status: string } | null;
  currentStatus?: string;
  closedSession?: { id: string; outcome: string | null };
  activeSession?: { id: string } | null;
}): Expected {
  const { __typename: type, session, task: at, currentStatus, closedSession, activeSession } = answer;
  if (type === 'SessionNotActiveError')
    return {
      type,
      closed: closedSession?.id ?? '',
      outcome: closedSession?.outcome ?? '',
      holder: activeSession?.id ?? null,
    };
  if (type === 'TaskAlreadyClaimedError') return { type, holder: activeSession?.id ?? '' };
  const status = currentStatus ?? at?.status;
  return {
    type,
    ...(session === undefined ? {} : { session: session?.id ?? null }),
    ...(at === undefined ? {} : { task: at?.key ?? null }),
    ...(status === undefined ? {} : { status }),
  };
}

function asInTables(of: ModelTask) {
  const { key, status, moves, sessions } = of;
  return { key, status, moves, agent: holderOf(of)?.agent ?? null, sessions };
}

function tasksOf(database: Connection, epicKey: string) {
  const rows = (sql: string, key: string) =>
    database.prepare<[string], Record<string, unknown>>(sql).all(key);
  const sessions = rows(
    `SELECT task.key, session.* FROM task_sessions session JOIN tasks task ON task.id = session.task_id
     WHERE task.key LIKE ? ORDER BY session.id`,
    `T-${epicKey}-%`,
  );
  return rows(
    `SELECT key, status, assigned_agent AS agent,
         (SELECT COUNT(*) FROM task_history WHERE task_id = tasks.id) AS moves
       FROM tasks WHERE key LIKE ? ORDER BY id`,
    `T-${epicKey}-%`,
  ).map((row) => ({
    ...row,
    sessions: sessions
      .filter(({ key }) => key === row.key)
      .map((session) => ({
        id: `TaskSession:${String(session.id)}`,
        agent: session.agent_id,
        phase: session.phase,
        claimedFrom: session.claimed_from,
        startedAt: instant(session.started_at),
        lastHeartbeatAt: instant(session.last_heartbeat_at),
        endedAt: instant(session.ended_at),
        outcome: session.outcome,
      })),
  }));
}

function instant(time: unknown): number | null {
  return typeof time === 'string' ? Date.parse(time) : null;
}
