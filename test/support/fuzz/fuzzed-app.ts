import { openConnection } from '../../../src/db/sqlite/driver.ts';
import fc from 'fast-check';
import { assertInputObjectType } from 'graphql';
import { expect } from 'vitest';
import { SessionTurnedStaleDocument } from '../../../src/client/generated/graphql.ts';
import { readConfig } from '../../../src/server/config.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { type TestApp, testApp } from '../app.ts';
import { databaseContradictions } from '../database-contradictions.ts';
import { manualClock } from '../manual-clock.ts';
import { blockTask, finishTask, rejectTask } from '../mutations.ts';
import { openSocket } from '../socket.ts';
import { claim, createTasks } from '../tasks.ts';
import { type Carrier, overHttp, overSocket, type Target } from './carriers.ts';
import { exportProblems, searches } from './exports.ts';
import { type Kind, operationsOf } from './operations.ts';
import type { Plausible } from './values.ts';

export interface FuzzedApp extends AsyncDisposable {
  app: TestApp;
  target: Target;
  plausible: Plausible;
  /** Sends this number of operations with this root field, and fails with the first incorrect response. */
  fuzz(root: { kind: Kind; name: string }, runs: FuzzRuns): Promise<void>;
  /** The same for URLs of the export. */
  fuzzExport(runs: FuzzRuns): Promise<void>;
  /** Errors in the log and contradictions in the database. Empty if there are none. */
  damages(): unknown[];
}

export interface FuzzRuns {
  seed: number;
  numRuns: number;
}

/** The fields of the session filter, which are the parameters of an export. */
export const filterFields = Object.values(assertInputObjectType(schema.getType('SessionFilter')).getFields());

/** A server with tasks and sessions of every kind, and their ids and keys. */
export async function fuzzedApp(): Promise<FuzzedApp> {
  const clock = manualClock();
  const { limits } = readConfig({});
  // The clock stands still, so rate limits would never reset.
  const app = await testApp({ clock, config: { limits: { ...limits, requestsPerMinute: 100_000_000 } } });
  await app.start();
  const target: Target = { url: app.url };
  const plausible = await filled(app, () => clock.advance(30 * 60_000));
  const database = openConnection(app.config.databaseFile);
  const carriers = [overHttp(), overSocket()];

  const damages = () => [
    ...app.logged.filter(({ level }) => Number(level) >= 50),
    ...databaseContradictions(database),
  ];
  return {
    app,
    target,
    plausible,
    damages,
    async fuzz(root, { seed, numRuns }) {
      await fc.assert(
        fc.asyncProperty(
          operationsOf(schema, root, plausible),
          fc.constantFrom(...carriers.keys()),
          async (operation, chosen) => {
            const { kind, document, variables } = operation;
            const carrier = carriers[chosen];
            if (carrier === undefined) throw new Error('There is no such carrier');
            const faults = await problemsOf(carrier, () => carrier.carry(target, operation));
            expect({ over: carrier.carrier, kind, document, variables, faults, damages: damages() }).toEqual({
              over: carrier.carrier,
              kind,
              document,
              variables,
              faults: [],
              damages: [],
            });
          },
        ),
        { seed, numRuns },
      );
    },
    async fuzzExport(runs) {
      await fc.assert(
        fc.asyncProperty(searches(filterFields, plausible), async (search) => {
          const faults = await exportProblems(target, search);
          expect({ search, faults, damages: damages() }).toEqual({ search, faults: [], damages: [] });
        }),
        runs,
      );
    },
    async [Symbol.asyncDispose]() {
      for (const carrier of carriers) await carrier.close();
      database.close();
      await app[Symbol.asyncDispose]();
    },
  };
}

/** A thrown error is a fault as well, for example a missing response. */
async function problemsOf({ carrier }: Carrier, carry: () => Promise<string[]>): Promise<string[]> {
  try {
    return await carry();
  } catch (error) {
    return [`over ${carrier}: ${String(error)}`];
  }
}

async function filled(app: TestApp, wait: () => void): Promise<Plausible> {
  const keys = await createTasks(app, [
    ...Array.from({ length: 8 }, () => 'ready_for_development'),
    'draft',
    'ready_for_code_review',
    'ready_for_qa',
    'in_code_review',
  ]);
  const [held = '', silent = '', finished = '', rejected = '', blocked = ''] = keys;
  for (const taskKey of [held, silent, finished, blocked, 'T-E01-F01-010']) await claim(app, taskKey);
  wait();
  await finishTask(app, { taskKey: finished, notes: '=1+1' });
  await claim(app, finished, 'reviewer');
  await blockTask(app, { taskKey: blocked, reason: 'no access' });
  await rejectTask(app, { taskKey: 'T-E01-F01-010', reason: 'not good enough' });
  await claim(app, rejected, 'qa');

  const cursors = await sessionCursors(app);
  const taskKeys = [
    ...keys,
    ...keys.slice(0, 3).map((key) => key.toLowerCase()),
    'E01-F01-001',
    `${held}-slug`,
  ];
  const statuses = [
    'ready_for_development',
    'in_development',
    'ready_for_refinement',
    'draft',
    'blocked',
    'completed',
  ];
  const ids = ['TaskSession:1', 'TaskSession:2', 'TaskSession:3', 'TaskSession:4', 'TaskSession:5'];
  return {
    taskKey: taskKeys,
    dependsOn: keys,
    key: ['E01', 'E01-F01', held, 'E02', 'E01-F02', 'T-E01-F01-099'],
    epicKey: ['E01', 'e01', 'E02'],
    featureKey: ['E01-F01', 'e01-f01', 'E01-F02'],
    sessionId: ids,
    id: [...ids, 'Task:1', 'Epic:1', 'Feature:1'],
    agent: ['backend', 'developer'],
    agentId: ['backend', 'reviewer', 'qa'],
    agentType: ['developer', 'ai-coder', 'tech-lead'],
    phase: ['planning', 'development', 'review', 'qa', 'approval', 'done', 'any'],
    status: statuses,
    toStatus: statuses,
    idempotencyKey: ['key-1', 'key-2'],
    after: cursors,
    before: cursors,
  };
}

/** Cursors of every kind of list and of an event. */
async function sessionCursors(app: TestApp): Promise<string[]> {
  const page = 'first: 2) { edges { cursor } }';
  const { data } = await app.post(`{ tasks(${page} sessions(${page} agingWork(${page} }`);
  const lists = [...JSON.stringify(data).matchAll(/"cursor":("[^"]+")/g)].map(([, text = '""']): string =>
    JSON.parse(text),
  );
  await using socket = await openSocket(app.url);
  const { sessionTurnedStale } = await socket
    .subscribe(SessionTurnedStaleDocument, { staleAfter: '1m' })
    .next();
  return [...lists, sessionTurnedStale.cursor];
}
