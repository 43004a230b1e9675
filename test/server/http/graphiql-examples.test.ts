import { Kind, type OperationDefinitionNode, OperationTypeNode, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { frontEnd } from '../../../src/server/http/graphiql-examples/front-end.ts';
import { orchestrator } from '../../../src/server/http/graphiql-examples/orchestrator.ts';
import { projectManager } from '../../../src/server/http/graphiql-examples/project-manager.ts';
import { seedDatabase } from '../../../seed/seed-database.ts';
import { defaultWorkflow } from '../../domain/workflow/workflows.ts';
import { type Answer, testApp, type TestApp } from '../../support/app.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { manualClock, type ManualClock } from '../../support/manual-clock.ts';
import { createMigratedDatabase } from '../../support/migrated-database.ts';
import {
  createDatabaseFrom,
  createSharkDatabase,
  open,
  temporaryFolder,
} from '../../support/shark-databases.ts';
import { claim, createTask } from '../../support/tasks.ts';

const operations = [orchestrator, projectManager, frontEnd]
  .flatMap((examples) => parse(examples).definitions)
  .filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
const named = (name: string) => {
  const found = operations.find((operation) => operation.name?.value === name);
  if (found === undefined) throw new Error(`There is no example ${name}`);
  return print(found);
};

const boards: [name: string, open: (clock: ManualClock) => Promise<TestApp>][] = [
  ['an empty board', (clock) => testApp({ clock })],
  ['a seeded board', seededBoard],
  [
    'a recent database of another program',
    (clock) => testApp({ clock, config: { databaseFile: createSharkDatabase('recent') } }),
  ],
  [
    'an old database of another program',
    (clock) => testApp({ clock, config: { databaseFile: createSharkDatabase('oldest') } }),
  ],
  [
    'a database of another program with a long history',
    (clock) => testApp({ clock, config: { databaseFile: createDatabaseFrom(['adopted-history.sql']) } }),
  ],
  [
    'a database without a table of sessions',
    (clock) => testApp({ clock, config: { databaseFile: createSharkDatabase('recent'), migrate: false } }),
  ],
];

async function seededBoard(clock: ManualClock): Promise<TestApp> {
  const databaseFile = `${temporaryFolder()}/shark.db`;
  await createMigratedDatabase(databaseFile);
  await seedDatabase(open(databaseFile), {
    sessions: 300,
    seed: 1,
    until: clock.now(),
    workflow: defaultWorkflow,
  });
  return testApp({ clock, config: { databaseFile } });
}

/** Expects a payload, or an error of the schema that says what to do. */
function expectSensible(answer: Answer): void {
  expect(answer.errors).toBeUndefined();
  for (const result of Object.values(answer.data ?? {}))
    if (typeof result === 'object' && result !== null && '__typename' in result)
      expect(result).toSatisfy(
        ({ __typename, suggestion }: { __typename: string; suggestion?: string }) =>
          __typename.endsWith('Payload') ||
          (__typename.endsWith('Error') && suggestion !== undefined && suggestion !== ''),
      );
}

describe.each(boards)('on %s', (_name, openBoard) => {
  it('every example gives a sensible answer, also the second time', async () => {
    await using app = await openBoard(manualClock('2026-01-14T15:00:00.000Z'));
    for (const { operation, name } of operations) {
      if (operation === OperationTypeNode.SUBSCRIPTION) continue;
      expectSensible(await app.post(named(name?.value ?? '')));
      expectSensible(await app.post(named(name?.value ?? '')));
    }
  });
});

it.each(boards.slice(0, 2))('on %s, the subscriptions send events', async (_name, openBoard) => {
  const clock = manualClock('2026-01-14T15:00:00.000Z');
  await using app = await openBoard(clock);
  const taskKey = await createTask(app);
  const watch = (name: string) => openEventStream(app.fetch, 'http://test/graphql', named(name));
  await using changes = await watch('LiveChanges');
  const { id } = await claim(app, taskKey);
  expect(await changes.next()).toMatchObject({ sessionChanged: { change: 'OPENED', session: { id } } });

  clock.advance(10 * 60_000);
  await using stale = await watch('TurnedStale');
  expect(await stale.next()).toMatchObject({ sessionTurnedStale: { session: { task: { key: taskKey } } } });
});

it('ClaimNext finds a task that was created after the first try', async () => {
  await using app = await testApp();
  expect(await app.post(named('ClaimNext'))).toMatchObject({ data: { claimNextTask: { task: null } } });
  const key = await createTask(app);
  expect(await app.post(named('ClaimNext'))).toMatchObject({ data: { claimNextTask: { task: { key } } } });
});

it('Claim, Heartbeat and Finish work one after the other on a new board', async () => {
  await using app = await testApp();
  await createTask(app);
  const claimed = await app.post(named('Claim'));
  expect(claimed).toMatchObject({
    data: { claimTask: { task: { status: 'in_development' }, warnings: [] } },
  });
  const sessionId = JSON.stringify(claimed).match(/TaskSession:\d+/)?.[0];
  expect(await app.post(named('Heartbeat'), { sessionId })).toMatchObject({
    data: { heartbeatSession: { task: { status: 'in_development' }, warnings: [] } },
  });
  const finish = () => app.post(named('Finish'), { sessionId });
  expect(await finish()).toMatchObject({ data: { finishTask: { repeated: false, warnings: [] } } });
  expect(await finish()).toMatchObject({
    data: { finishTask: { repeated: true, warnings: [expect.stringContaining('was already completed')] } },
  });
});
