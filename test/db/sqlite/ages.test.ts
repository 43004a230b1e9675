import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CreateEpicDocument,
  CreateFeatureDocument,
  CreateTaskDocument,
  SessionChangedDocument,
  SessionsDocument,
  SessionTurnedStaleDocument,
} from '../../../src/client/generated/graphql.ts';
import { expectType, testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import {
  abandonSession,
  blockTask,
  claimTask,
  finishTask,
  nextTask,
  rejectTask,
  taskStory,
  unblockTask,
} from '../../support/mutations.ts';
import {
  contentsOf,
  createSharkDatabase,
  open,
  type SharkAge,
  temporaryFolder,
} from '../../support/shark-databases.ts';
import { claim } from '../../support/tasks.ts';
import { unlimited } from '../../support/unlimited.ts';
import { queriesAround } from '../../support/whole-graph.ts';

const hours = 3_600_000;

/** A workflow with only the statuses that the oldest databases allow. */
const oldestWorkflow = {
  status_flow: {
    todo: ['in_progress', 'blocked'],
    in_progress: ['ready_for_review', 'todo', 'blocked'],
    ready_for_review: ['completed', 'in_progress'],
    blocked: ['todo'],
    completed: [],
  },
  status_metadata: {
    todo: { phase: 'planning' },
    in_progress: { phase: 'development' },
    ready_for_review: { phase: 'review' },
    blocked: { phase: 'any' },
    completed: { phase: 'done' },
  },
  special_statuses: { _start_: ['todo'], _complete_: ['completed'] },
};

interface Age {
  age: SharkAge;
  workflow: object | undefined;
  /** A claimable task, and the status that a claim moves it to. */
  taskKey: string;
  waits: string;
  works: string;
  /** The status after a rejection, and the status after the next claim. */
  rejected: string;
  reworks: string;
  finished: string;
  created: string;
  /** The note that a rejection with the reason 'no tests' adds, if there is a table of notes. */
  note: { type: string; content: string };
}

const ages: readonly Age[] = [
  {
    age: 'oldest',
    workflow: oldestWorkflow,
    taskKey: 'T-E01-F01-002',
    waits: 'todo',
    works: 'in_progress',
    rejected: 'todo',
    reworks: 'in_progress',
    finished: 'ready_for_review',
    created: 'todo',
    // It had no table of notes. The migration added one that allows rejections.
    note: { type: 'rejection', content: 'no tests' },
  },
  {
    age: 'recent',
    workflow: undefined,
    taskKey: 'T-E01-F01-004',
    waits: 'ready_for_development',
    works: 'in_development',
    rejected: 'ready_for_refinement',
    reworks: 'in_refinement',
    finished: 'ready_for_development',
    created: 'draft',
    // Its CHECK does not allow rejections.
    note: { type: 'comment', content: 'Rejected: no tests' },
  },
];

interface Options {
  /** Default: the built-in workflow. */
  workflow: object | undefined;
  migrate?: boolean;
  clock?: ManualClock;
}

/** A server on a database that another program created. */
function appOn(databaseFile: string, { workflow, migrate = true, clock }: Options): Promise<TestApp> {
  const workflowFile = join(temporaryFolder(), '.sharkconfig.json');
  if (workflow !== undefined) writeFileSync(workflowFile, JSON.stringify(workflow));
  return testApp({
    clock: clock ?? manualClock(),
    config: { databaseFile, workflowFile, migrate, limits: unlimited },
  });
}

async function createEpic(app: TestApp, title: string): Promise<void> {
  const { createEpic: created } = await app.send(CreateEpicDocument, { input: { title } });
  expectType(created, 'CreateEpicPayload');
}

async function expectEverythingReadable(app: TestApp, taskKey: string): Promise<void> {
  const queries = queriesAround(taskKey);
  expect(queries.length).toBeGreaterThan(8);
  for (const query of queries) expect(await app.post(query)).toEqual({ data: expect.any(Object) });
}

describe.each(ages)('a database of the $age format', ({ age, workflow, taskKey, ...expected }) => {
  it('is backed up before it is changed, and the log names the backup', async () => {
    const file = createSharkDatabase(age);
    const before = contentsOf(open(file));

    await using app = await appOn(file, { workflow });

    const backupFile = join(dirname(file), 'shark-tasks.backup-2026-01-11T10-00-00.db');
    expect(app.logged.filter((entry) => 'backupFile' in entry)).toMatchObject([
      {
        level: 40,
        backupFile,
        msg: `a backup of the database was written to ${backupFile} before its migration`,
      },
    ]);
    expect(contentsOf(open(backupFile))).toEqual(before);
    expect(contentsOf(open(file))).toMatchObject(before);
  });

  it('is backed up only once, and is a single file after the server has stopped', async () => {
    const file = createSharkDatabase(age);
    for (const start of ['first', 'second']) {
      await using app = await appOn(file, { workflow });
      await createEpic(app, start);
    }
    expect(readdirSync(dirname(file)).toSorted()).toEqual([
      'shark-tasks.backup-2026-01-11T10-00-00.db',
      'shark-tasks.db',
    ]);
  });

  it('serves every query and every mutation', async () => {
    await using app = await appOn(createSharkDatabase(age), { workflow });
    await expectEverythingReadable(app, taskKey);
    const statusAfter = async (answer: Promise<{ __typename: string; task?: { status: string } }>) =>
      (await answer).task?.status ?? (await answer);
    const claimed = () => claimTask(app, { taskKey, agentId: 'agent' });

    const lost = await claim(app, taskKey);
    expect(lost.task.status).toBe(expected.works);
    expect(await statusAfter(abandonSession(app, { sessionId: lost.id }))).toBe(expected.waits);
    expect(await statusAfter(claimed())).toBe(expected.works);
    expect(await statusAfter(rejectTask(app, { taskKey, reason: 'no tests' }))).toBe(expected.rejected);
    expect(await statusAfter(claimed())).toBe(expected.reworks);
    expect(await statusAfter(blockTask(app, { taskKey, reason: 'no power' }))).toBe('blocked');
    expect(await statusAfter(unblockTask(app, taskKey))).toBe(expected.rejected);
    expect(await statusAfter(claimed())).toBe(expected.reworks);
    expect(await statusAfter(finishTask(app, { taskKey, notes: 'done' }))).toBe(expected.finished);
    await createEpic(app, 'New');
    const { createFeature } = await app.send(CreateFeatureDocument, {
      input: { epicKey: 'E01', title: 'New', executionOrder: 9 },
    });
    const { feature } = expectType(createFeature, 'CreateFeaturePayload');
    const { createTask } = await app.send(CreateTaskDocument, {
      input: { featureKey: feature.key, title: 'New', agentType: 'backend', dependsOn: [taskKey] },
    });
    expect(expectType(createTask, 'CreateTaskPayload').task.status).toBe(expected.created);
    expect(await nextTask(app, { epicKey: 'E01' })).toEqual(expect.any(String));

    await expectEverythingReadable(app, taskKey);
    const story = await taskStory(app, taskKey);
    expect(story.sessions.nodes.map(({ outcome }) => outcome)).toEqual([
      'COMPLETED',
      'BLOCKED',
      'REJECTED',
      'ABANDONED',
    ]);
    expect(story.notes).toMatchObject([{ ...expected.note, createdBy: 'agent' }]);
    expect(story.history.at(-1)).toMatchObject({
      toStatus: expected.finished,
      agent: 'agent',
      notes: 'done',
    });
    expect(app.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  describe('without a sessions table, because of MIGRATE=off', () => {
    const warning =
      'This database has no task_sessions table, so no session was recorded. Start the server with MIGRATE=on to add the table';

    it('is not changed, and one warning is logged', async () => {
      const file = createSharkDatabase(age);
      const before = contentsOf(open(file));

      await using app = await appOn(file, { workflow, migrate: false });

      expect(contentsOf(open(file))).toEqual(before);
      expect(readdirSync(dirname(file)).filter((name) => name.includes('backup'))).toEqual([]);
      const warnings = app.logged.filter(({ level, statuses }) => level === 40 && statuses === undefined);
      expect(warnings).toMatchObject([{ msg: expect.stringMatching(/no task_sessions table.*MIGRATE=on/) }]);
    });

    it('serves every query, without sessions', async () => {
      await using app = await appOn(createSharkDatabase(age), { workflow, migrate: false });
      await claimTask(app, { taskKey, agentId: 'agent' });

      await expectEverythingReadable(app, taskKey);
      const { sessions } = await app.send(SessionsDocument, { filter: { staleAfter: '4h', taskKey } });
      expect(sessions).toEqual({
        totalCount: 0,
        nodes: [],
        pageInfo: { hasNextPage: false, endCursor: null },
      });
      const story = await taskStory(app, taskKey);
      expect(story.sessions).toMatchObject({ totalCount: 0, nodes: [] });
      expect(story.sessionSummary).toEqual({ count: 0, totalMinutes: 0, completionRatePct: null });
      expect(story.activeSession).toBeNull();
    });

    it('does not assign a task twice, because it stores the agent of each task', async () => {
      await using app = await appOn(createSharkDatabase(age), { workflow, migrate: false });
      await claimTask(app, { taskKey, agentId: 'agent' });

      expect(await nextTask(app)).not.toBe(taskKey);
    });

    it('moves tasks and writes their history, with a warning instead of a session', async () => {
      await using app = await appOn(createSharkDatabase(age), { workflow, migrate: false });
      const historyBefore = (await taskStory(app, taskKey)).history.length;
      const moved = (from: string, to: string) => ({
        task: { status: to },
        session: null,
        previousStatus: from,
        warnings: [warning],
      });
      const { waits, works, rejected, reworks, finished } = expected;

      expect(await claimTask(app, { taskKey, agentId: 'agent' })).toMatchObject(moved(waits, works));
      expect(await rejectTask(app, { taskKey, reason: 'no tests' })).toMatchObject(moved(works, rejected));
      expect(await claimTask(app, { taskKey, agentId: 'agent' })).toMatchObject(moved(rejected, reworks));
      expect(await blockTask(app, { taskKey, reason: 'no power' })).toMatchObject(moved(reworks, 'blocked'));
      expect(await unblockTask(app, taskKey)).toMatchObject({ task: { status: rejected } });
      expect(await claimTask(app, { taskKey, agentId: 'agent' })).toMatchObject(moved(rejected, reworks));
      expect(await finishTask(app, { taskKey, notes: 'done' })).toMatchObject(moved(reworks, finished));

      const story = await taskStory(app, taskKey);
      expect(story.status).toBe(finished);
      expect(story.history.slice(historyBefore).map(({ toStatus, notes }) => [toStatus, notes])).toEqual([
        [works, null],
        [rejected, 'no tests'],
        [reworks, null],
        ['blocked', 'no power'],
        [rejected, null],
        [reworks, null],
        [finished, 'done'],
      ]);
      expect(story.notes).toMatchObject(age === 'oldest' ? [] : [expected.note]);
    });

    it('sends no events to subscriptions', async () => {
      for (const migrate of [true, false]) {
        const clock = manualClock();
        await using app = await appOn(createSharkDatabase(age), { workflow, migrate, clock });
        await using changed = await openEventStream(app.fetch, 'http://test/graphql', SessionChangedDocument);
        await using stale = await openEventStream(
          app.fetch,
          'http://test/graphql',
          SessionTurnedStaleDocument,
        );

        await claimTask(app, { taskKey, agentId: 'agent' });
        if (migrate) {
          await changed.next();
          clock.advance(5 * hours);
          await stale.next();
        } else {
          clock.advance(5 * hours);
          await expectEverythingReadable(app, taskKey);
          await finishTask(app, { taskKey });
        }

        expect([changed.unread, stale.unread]).toEqual([[], []]);
        expect(app.logged.filter(({ level }) => Number(level) > 40)).toEqual([]);
      }
    });
  });
});

describe('a status that the oldest databases forbid', () => {
  const allowed = ['todo', 'in_progress', 'blocked', 'ready_for_review', 'completed', 'archived'];
  const refused = (status: string) => ({
    __typename: 'StatusNotAllowedError',
    message: `This database does not allow a task to have the status '${status}'`,
    suggestion: expect.stringContaining(
      `The database allows ${allowed.join(', ')}. Use a workflow with only these statuses`,
    ),
    status,
    allowedStatuses: allowed,
  });
  /** All its transitions lead to forbidden statuses. */
  const workflow = {
    status_flow: {
      todo: ['in_development'],
      in_development: ['in_qa'],
      in_progress: ['ready_for_qa', 'todo2', 'blocked'],
      ready_for_qa: ['in_qa'],
      in_qa: ['completed'],
      todo2: ['in_progress'],
      blocked: ['todo2'],
      completed: [],
    },
    status_metadata: {
      todo: { phase: 'planning' },
      todo2: { phase: 'planning' },
      in_development: { phase: 'development' },
      in_progress: { phase: 'development' },
      ready_for_qa: { phase: 'qa' },
      in_qa: { phase: 'qa' },
      blocked: { phase: 'any' },
      completed: { phase: 'done' },
    },
    special_statuses: { _start_: ['todo2'], _complete_: ['completed'] },
  };

  it.each<[name: string, status: string, attempt: (app: TestApp) => Promise<unknown>]>([
    ['a claim', 'in_development', (app) => claimTask(app, { taskKey: 'T-E01-F01-002', agentId: 'a' })],
    ['a finish', 'ready_for_qa', (app) => finishTask(app, { taskKey: 'T-E01-F01-003' })],
    ['a rejection', 'todo2', (app) => rejectTask(app, { taskKey: 'T-E01-F01-003', reason: 'x' })],
    ['an unblock', 'todo2', (app) => unblockTask(app, 'T-E01-F01-004')],
    [
      'a new task',
      'todo2',
      async (app) =>
        (await app.send(CreateTaskDocument, { input: { featureKey: 'E01-F01', title: 'x' } })).createTask,
    ],
  ])('is rejected for %s, and nothing changes', async (_name, status, attempt) => {
    await using app = await appOn(createSharkDatabase('oldest'), { workflow });
    // The third task is claimed.
    expectType(await claimTask(app, { taskKey: 'T-E01-F01-003', agentId: 'heidi' }), 'ClaimTaskPayload');
    const before = everyRow(app);

    expect(await attempt(app)).toEqual(refused(status));
    expect(everyRow(app)).toEqual(before);
  });

  it('is an error that lists the allowed statuses', async () => {
    await using app = await appOn(createSharkDatabase('oldest'), { workflow });
    const { data } = await app.post(`mutation {
      claimTask(input: { taskKey: "T-E01-F01-002", agentId: "a" }) {
        ... on StatusNotAllowedError { status allowedStatuses }
      }
    }`);
    expect(data?.claimTask).toEqual({ status: 'in_development', allowedStatuses: allowed });
  });
});
