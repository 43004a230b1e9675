import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AbandonSessionDocument,
  AbandonStaleSessionsDocument,
  BlockTaskDocument,
  ClaimNextTaskDocument,
  ClaimTaskDocument,
  CreateEpicDocument,
  CreateFeatureDocument,
  CreateTaskDocument,
  FinishTaskDocument,
  HeartbeatSessionDocument,
  RejectTaskDocument,
  type TypedDocumentString,
  UnblockTaskDocument,
} from '../../../src/client/generated/graphql.ts';
import { type Answer, testApp, type TestApp } from '../../support/app.ts';
import { everyRow, everyRowApartFromMachineTimes } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { alsoSelecting, historyOfTask } from '../../support/selections.ts';
import { claim, createTasks } from '../../support/tasks.ts';

/** The initial database of each mutation: created once, and copied for every attempt. */
const waiting = 'T-E01-F01-001';
const leftOpen = 'T-E01-F01-002';
const inReview = 'T-E01-F01-003';
const inWork = 'T-E01-F01-004';
const blocked = 'T-E01-F01-005';

const mutations: readonly (readonly [name: string, mutation: Mutation])[] = [
  ['claimTask', mutation(ClaimTaskDocument, { input: { taskKey: waiting, agentId: 'new' } })],
  [
    'claimTask of a task with a session left open',
    mutation(ClaimTaskDocument, { input: { taskKey: leftOpen, agentId: 'new' } }),
  ],
  [
    'claimTask with an idempotency key',
    mutation(ClaimTaskDocument, { input: { taskKey: waiting, agentId: 'new', idempotencyKey: 'new' } }),
  ],
  [
    'claimNextTask with an idempotency key',
    mutation(ClaimNextTaskDocument, { input: { agentId: 'new', idempotencyKey: 'new' } }),
  ],
  [
    'heartbeatSession',
    mutation(
      HeartbeatSessionDocument,
      { input: { sessionId: 'TaskSession:3' } },
      `session { ${historyOfTask} }`,
    ),
  ],
  [
    'finishTask',
    mutation(FinishTaskDocument, { input: { taskKey: inWork, notes: 'done', sessionId: 'TaskSession:3' } }),
  ],
  ['rejectTask', mutation(RejectTaskDocument, { input: { taskKey: inReview, reason: 'no tests' } })],
  ['blockTask', mutation(BlockTaskDocument, { input: { taskKey: inWork, reason: 'no access' } })],
  ['unblockTask', mutation(UnblockTaskDocument, { input: { taskKey: blocked } })],
  [
    'abandonSession',
    mutation(AbandonSessionDocument, { input: { sessionId: 'TaskSession:3', reason: 'silent' } }),
  ],
  [
    'abandonStaleSessions',
    mutation(
      AbandonStaleSessionsDocument,
      { input: { staleAfter: '4h', reason: 'silent' } },
      `sessions { ${historyOfTask} }`,
    ),
  ],
  ['createEpic', mutation(CreateEpicDocument, { input: { title: 'Another' } }, 'epic { features { key } }')],
  [
    'createFeature',
    mutation(
      CreateFeatureDocument,
      { input: { epicKey: 'E01', title: 'Another' } },
      'feature { tasks { totalCount } }',
    ),
  ],
  ['createTask', mutation(CreateTaskDocument, { input: { featureKey: 'E01-F01', title: 'Another' } })],
];

describe.each(mutations)('%s', (_name, { send, sendAskingForMore }) => {
  it('makes all of its changes or none, whichever of its statements fails', async () => {
    const { statements, outcome } = await undisturbed(send);
    const commit = statements.indexOf('COMMIT');
    expect(statements[0]).toBe('BEGIN IMMEDIATE');
    expect(commit).toBeGreaterThan(1);

    const fault = createErrorInjector();
    await using app = await preparedApp(fault.onStatement);
    const before = everyRow(app);
    // Each attempt runs one statement more than the last one, which changed nothing.
    for (const [index, statement] of statements.slice(0, commit + 1).entries()) {
      fault.arm(index);
      const answer = await send(app);

      expectMasked(app, answer, statement);
      expect(answer.errors?.[0]?.message).toContain('Nothing was changed');
      expect(everyRow(app), `after ${statement} had failed`).toEqual(before);
    }

    expect((await send(app)).errors).toBeUndefined();
    expect(everyRowApartFromMachineTimes(app)).toEqual(outcome);
  });

  it('stays committed when only reading its response fails', async () => {
    // The result is made from rows of the transaction, so a response without other fields needs no more statements.
    const plain = await undisturbed(send);
    expect(plain.statements.at(-1)).toBe('COMMIT');

    const { statements, outcome } = await undisturbed(sendAskingForMore);
    const commit = statements.indexOf('COMMIT');
    expect(statements.length).toBeGreaterThan(commit + 1);
    expect(outcome).toEqual(plain.outcome);

    for (const [index, statement] of statements.entries()) {
      if (index <= commit) continue;
      const fault = createErrorInjector();
      await using app = await preparedApp(fault.onStatement);

      fault.arm(index);
      const answer = await sendAskingForMore(app);

      expectMasked(app, answer, statement);
      expect(answer.errors?.[0]?.message).toContain('its change was made');
      expect(answer.errors?.[0]?.message).not.toContain('Nothing was changed');
      expect(everyRowApartFromMachineTimes(app), `after ${statement} had failed`).toEqual(outcome);
    }
  });
});

describe('a failed statement among concurrent claims', () => {
  it('undoes only its own claim', async () => {
    expect(await failedAmongNine('insert into "task_sessions"', 5)).toEqual([5]);
  });

  it('undoes all claims of a transaction that cannot be committed, and no others', async () => {
    const failed = await failedAmongNine('COMMIT', 1);
    // The claims were begun in this order, and the first transaction contains the first ones.
    expect(failed.length).toBeGreaterThan(0);
    expect(failed).toEqual(failed.map((_, index) => index + 1));
  });
});

/** Claims nine tasks at once. Returns the numbers of the claims that failed, after a comparison with the database. */
async function failedAmongNine(statement: string, number: number): Promise<number[]> {
  const fault = createErrorInjector();
  await using app = await testApp({ onStatement: fault.onStatement });
  const taskKeys = await createTasks(app, Array<string>(9).fill('ready_for_development'));

  fault.armAtNth(statement, number);
  const answers = await Promise.all(
    taskKeys.map((taskKey) =>
      mutation(ClaimTaskDocument, { input: { taskKey, agentId: taskKey } }).send(app),
    ),
  );

  const failed = taskKeys.filter((_taskKey, index) => answers[index]?.errors !== undefined);
  expect(
    app.rows(`SELECT task.key, task.status, session.agent_id
      FROM tasks task LEFT JOIN task_sessions session ON session.task_id = task.id ORDER BY task.key`),
  ).toEqual(
    taskKeys.map((key) =>
      failed.includes(key)
        ? { key, status: 'ready_for_development', agent_id: null }
        : { key, status: 'in_development', agent_id: key },
    ),
  );
  return failed.map((key) => taskKeys.indexOf(key) + 1);
}

let folder = '';
const prepared = () => join(folder, 'prepared.db');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  await using app = await testApp({ config: { databaseFile: prepared() } });
  await createTasks(app, [
    'ready_for_development',
    'ready_for_development',
    'ready_for_code_review',
    'ready_for_development',
    'in_development',
  ]);
  await claim(app, leftOpen, 'gone');
  await claim(app, inReview, 'reviewer');
  await claim(app, inWork, 'worker');
  app.change(`UPDATE tasks SET status = 'ready_for_development' WHERE key = '${leftOpen}'`);
  await app.send(BlockTaskDocument, { input: { taskKey: blocked, reason: 'no power' } });
});

afterAll(() => rmSync(folder, { recursive: true }));

let copies = 0;

function preparedApp(onStatement: (sql: string) => void): Promise<TestApp> {
  copies += 1;
  const databaseFile = join(folder, `copy-${copies}.db`);
  copyFileSync(prepared(), databaseFile);
  // Every session is stale at this time.
  return testApp({ onStatement, clock: manualClock('2026-01-11T14:00:00.000Z'), config: { databaseFile } });
}

type Send = (app: TestApp) => Promise<Answer>;

interface Mutation {
  send: Send;
  /** Also selects fields whose rows are read after the commit. */
  sendAskingForMore: Send;
}

function mutation<Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  more = historyOfTask,
): Mutation {
  return {
    send: (app) => app.post(document.toString(), variables),
    sendAskingForMore: (app) => app.post(alsoSelecting(document.toString(), more), variables),
  };
}

/** The statements of a mutation without a failure, and the rows after it. */
async function undisturbed(send: Send) {
  await using app = await preparedApp(() => {});
  const before = everyRowApartFromMachineTimes(app);
  app.statements.length = 0;
  const { errors, data } = await send(app);
  const statements = [...app.statements];
  const outcome = everyRowApartFromMachineTimes(app);
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).toMatch(/"__typename":"\w+Payload"/);
  expect(outcome).not.toEqual(before);
  return { statements, outcome };
}

const secret = 'disk I/O error in sector X-4711';

/** Lets one statement fail, once. */
function createErrorInjector() {
  let isDue: (sql: string) => boolean = () => false;
  return {
    onStatement(sql: string) {
      if (!isDue(sql)) return;
      isDue = () => false;
      throw new Error(secret);
    },
    /** The statement after this number of other statements. */
    arm(after: number) {
      let left = after;
      isDue = () => left-- === 0;
    },
    armAtNth(statement: string, number: number) {
      let left = number;
      isDue = (sql) => sql.startsWith(statement) && --left === 0;
    },
  };
}

/** The client gets an id with which the operator finds the error in the log; only the log has the details. */
function expectMasked(app: TestApp, { errors = [] }: Answer, statement: string): void {
  expect(errors, `after ${statement} had failed`).toHaveLength(1);
  const [error] = errors;
  expect(error?.extensions).toEqual({
    code: 'INTERNAL_SERVER_ERROR',
    requestId: expect.stringMatching(/^[\w-]{36}$/),
  });
  expect(JSON.stringify(error)).not.toMatch(/X-4711|main|SELECT|prisma/i);
  const { requestId } = error?.extensions ?? {};
  expect(app.logged.filter((entry) => entry.requestId === requestId && entry.level === 50)).toMatchObject([
    { level: 50, err: { message: secret }, path: error?.path },
  ]);
}
